"""Comments are found by their words: the index."""

import django.contrib.postgres.indexes
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("inbox", "0028_comment_words")]

    operations = [
        AddIndexConcurrently(
            model_name="comment",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["workspace", "search"], name="comment_search"
            ),
        ),
    ]
