"""Members are told of answers that came before what they had planned to send."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("timeline", "0003_notes")]

    operations = [
        migrations.AlterField(
            model_name="notice",
            name="why",
            field=models.CharField(
                choices=[
                    ("reminder", "A reminder"),
                    ("mention", "A mention"),
                    ("assigned", "Something to do"),
                    ("answered", "An answer that came first"),
                ],
                max_length=8,
            ),
        ),
    ]
