# Whether a mailbox was known again after a change of server or user name

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sync", "0005_counted"),
    ]

    operations = [
        migrations.AddField(
            model_name="connection",
            name="is_proven",
            field=models.BooleanField(db_default=True, default=True),
        ),
    ]
