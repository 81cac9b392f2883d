from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sync", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="connection",
            name="domain",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="connection",
            name="domain_at",
            field=models.DateTimeField(null=True),
        ),
    ]
