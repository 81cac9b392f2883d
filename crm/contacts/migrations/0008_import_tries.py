"""What an import was at when it failed, and since when its tries count."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contacts", "0007_names_turned")]

    operations = [
        migrations.AddField(
            model_name="import",
            name="failed_at",
            field=models.CharField(blank=True, db_default="", default="", max_length=10),
        ),
        migrations.AddField(
            model_name="import",
            name="tried_from",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
    ]
