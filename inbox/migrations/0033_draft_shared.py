"""Which drafts several members wrote: a column that a former release need not know."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inbox", "0032_block_due_index")]

    operations = [
        migrations.AddField(
            model_name="draft",
            name="is_shared",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
