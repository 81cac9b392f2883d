from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inbox", "0005_quoting")]

    operations = [
        migrations.AddField(
            model_name="draft",
            name="text",
            field=models.TextField(blank=True, default=""),
            preserve_default=False,
        ),
    ]
