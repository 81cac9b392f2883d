"""What a report put on the suppression list, and what a person did, are rows of their own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inbox", "0037_door_keys")]

    operations = [
        migrations.AddField(
            model_name="suppression",
            name="is_heard",
            field=models.BooleanField(default=False, db_default=False),
        ),
        migrations.RemoveConstraint(model_name="suppression", name="suppressed_once"),
        migrations.AddConstraint(
            model_name="suppression",
            constraint=models.UniqueConstraint(
                fields=("workspace", "pattern", "is_heard"), name="suppressed_once_each"
            ),
        ),
    ]
