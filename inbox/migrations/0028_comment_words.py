"""The words of comments that are there already."""

from typing import Any

from django.contrib.postgres.search import SearchVector
from django.db import migrations

from crm.workspaces.backfill import in_batches


def let_find(apps: Any, rows: Any) -> None:
    """Have the comments of a batch found by their words."""
    rows.filter(search=None).update(search=SearchVector("text", config="fio"))


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("inbox", "0027_comment_search")]

    operations = [
        migrations.RunPython(in_batches("inbox.Comment", let_find), migrations.RunPython.noop),
    ]
