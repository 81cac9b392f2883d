"""A label's list is walked in its order: the index."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("inbox", "0049_label_order_filled")]

    operations = [
        AddIndexConcurrently(
            model_name="threadlabel",
            index=models.Index(
                fields=["workspace", "label", "mailbox", "-last_at", "-thread"],
                name="label_entries",
            ),
        ),
    ]
