"""What is tracked is walked in the order of a list: the index."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("inbox", "0050_label_index")]

    operations = [
        AddIndexConcurrently(
            model_name="mailboxthread",
            index=models.Index(
                condition=models.Q(("is_tracked", True)),
                fields=["workspace", "mailbox", "-last_at", "-thread", "place"],
                name="entry_traced",
            ),
        ),
    ]
