"""Teams stand in the order people give them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("workspaces", "0008_quiet"),
    ]

    operations = [
        migrations.AddField(
            model_name="team",
            name="position",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
    ]
