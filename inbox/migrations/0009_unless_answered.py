"""Mail that leaves later unless it is answered first."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inbox", "0008_merged")]

    operations = [
        migrations.AddField(
            model_name="outgoing",
            name="unless_answered",
            field=models.BooleanField(default=False, db_default=False),
        ),
    ]
