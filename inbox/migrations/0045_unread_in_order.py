"""What is unread is walked in the order of a list: the index."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("inbox", "0044_habits")]

    operations = [
        AddIndexConcurrently(
            model_name="mailboxthread",
            index=models.Index(
                condition=models.Q(("unread_count__gt", 0)),
                fields=["workspace", "mailbox", "place", "-last_at", "-thread"],
                name="entry_new",
            ),
        ),
    ]
