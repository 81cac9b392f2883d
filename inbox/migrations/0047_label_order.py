"""What walks lists by itself knows when its conversations were last heard of: the columns."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inbox", "0046_unread_index_gone")]

    operations = [
        migrations.AddField(
            model_name="threadunread",
            name="last_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="threadlabel",
            name="last_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]
