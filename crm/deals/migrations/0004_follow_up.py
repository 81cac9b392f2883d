from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("deals", "0003_columns")]

    operations = [
        migrations.AddField(
            model_name="pipeline",
            name="follows_up",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="deal",
            name="followed_up_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]
