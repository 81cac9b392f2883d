"""What a worker left half hidden or half shown is found again: the index."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("inbox", "0031_block_due")]

    operations = [
        AddIndexConcurrently(
            model_name="block",
            index=models.Index(
                condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="block_due"
            ),
        ),
    ]
