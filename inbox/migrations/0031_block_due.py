"""What a worker left half hidden or half shown is found again: until when somebody has it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inbox", "0030_suppressions")]

    operations = [
        migrations.AddField(
            model_name="block",
            name="due_at",
            field=models.DateTimeField(null=True),
        ),
    ]
