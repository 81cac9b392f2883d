"""Members are told when nobody answered."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("timeline", "0004_answered"),
    ]

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
                    ("silence", "No answer yet"),
                ],
                max_length=8,
            ),
        ),
    ]
