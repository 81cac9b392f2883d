"""Folders' unread mail is counted from the ledger; the column goes with a later release."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inbox", "0006_mailbox_teams")]

    operations = [
        migrations.AlterField(
            model_name="folder",
            name="unread",
            field=models.IntegerField(default=0, db_default=0),
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField(model_name="folder", name="unread")]
        ),
    ]
