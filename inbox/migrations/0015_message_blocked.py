from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("inbox", "0014_ledger_door")]

    operations = [
        AddIndexConcurrently(
            model_name="message",
            index=models.Index(
                condition=models.Q(("block__isnull", False)),
                fields=["workspace", "block"],
                name="message_blocked",
            ),
        ),
    ]
