"""The index that had what is tracked in no order is no longer asked."""

from django.contrib.postgres.operations import RemoveIndexConcurrently
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("inbox", "0051_tracked_in_order")]

    operations = [RemoveIndexConcurrently(model_name="mailboxthread", name="entry_tracked")]
