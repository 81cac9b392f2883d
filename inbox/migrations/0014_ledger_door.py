from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("inbox", "0013_scope")]

    operations = [
        AddIndexConcurrently(
            model_name="ledgerentry",
            index=models.Index(
                condition=models.Q(("reason", "unknown_sender")),
                fields=["workspace", "mailbox", "sender"],
                name="ledger_door",
            ),
        ),
    ]
