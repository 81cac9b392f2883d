"""Organizations of almost the same name are found through an index."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("contacts", "0003_search_text")]
    atomic = False

    operations = [
        AddIndexConcurrently(
            model_name="organization",
            index=GinIndex(
                fields=["workspace", "name_key"],
                name="organization_name_like",
                opclasses=["int8_ops", "gin_trgm_ops"],
            ),
        ),
    ]
