"""When a mail was held because its owner is no longer here."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inbox", "0035_hidden_rows")]

    operations = [
        migrations.AddField(
            model_name="outgoing",
            name="held_at",
            field=models.DateTimeField(null=True),
        ),
    ]
