"""When somebody last did something about a deal, which its own row did not say."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("deals", "0008_stage_removal")]

    operations = [
        migrations.AddField(
            model_name="deal",
            name="touched_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]
