"""What a colleague has read and somebody else has not is walked in its order: the index."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("inbox", "0052_tracked_index_gone")]

    operations = [
        AddIndexConcurrently(
            model_name="threadunread",
            index=models.Index(
                fields=["workspace", "member", "mailbox", "-last_at", "-thread"],
                name="unread_entries",
            ),
        ),
    ]
