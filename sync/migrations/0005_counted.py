# When the ledger of a folder was last held against the server's own count

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sync", "0004_repair"),
    ]

    operations = [
        migrations.AddField(
            model_name="foldercursor",
            name="counted_at",
            field=models.DateTimeField(null=True),
        ),
    ]
