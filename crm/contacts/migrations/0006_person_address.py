"""Where letters to a person go."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contacts", "0005_imports")]

    operations = [
        migrations.AddField(
            model_name="person",
            name="address",
            field=models.TextField(
                blank=True, db_default="", default="", max_length=1000, verbose_name="address"
            ),
        ),
    ]
