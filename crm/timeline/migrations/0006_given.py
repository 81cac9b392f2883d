"""Members are told of conversations that were given to them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("timeline", "0005_silence")]

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
                    ("given", "A conversation to answer"),
                    ("silence", "No answer yet"),
                ],
                max_length=8,
            ),
        ),
    ]
