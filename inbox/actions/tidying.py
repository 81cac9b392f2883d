"""What nobody can want any more is taken away, a batch at a time.

Each of these takes what it deletes under a lock that skips whatever somebody else holds,
and answers how many rows are gone; fewer than asked for means that nothing is left.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import connections
from django.db.models import Exists, OuterRef, QuerySet

from inbox.models import Blob, Draft, DraftUpload, Sweep, Template, TemplateUpload, Upload

DISCARDED, UNUSED, ORPHANED = timedelta(days=30), timedelta(days=1), timedelta(days=1)
UNDONE = timedelta(days=7)


def drop_drafts(*, at: datetime, most: int) -> int:
    """Delete drafts thrown away and templates removed 30 days ago; files follow a day later."""
    removed = _delete(Template.objects.filter(removed_at__lt=at - DISCARDED), most)
    gone = Draft.objects.filter(discarded_at__lt=at - DISCARDED, queued_at=None)
    return max(removed, _delete(gone, most))


def drop_uploads(*, at: datetime, most: int) -> int:
    """Delete files put up a day ago that are on no draft and no template."""
    used = DraftUpload.objects.filter(upload=OuterRef("pk"))
    kept = TemplateUpload.objects.filter(upload=OuterRef("pk"))
    loose = Upload.objects.filter(~Exists(used), ~Exists(kept), created_at__lt=at - UNUSED)
    return _delete(loose, most)


def drop_sweeps(*, at: datetime, most: int) -> int:
    """Delete what was done to many a week ago: nobody undoes it any more."""
    return _delete(Sweep.objects.filter(finished_at__lt=at - UNDONE), most)


def drop_blobs(*, at: datetime, most: int) -> int:
    """Delete bytes kept a day ago to which no row refers.

    `blobs.keep` locks what it finds and makes it young, so bytes that are being kept again
    are not taken; a reference made in the last instant fails the deferred key and with it
    this transaction.
    """
    lacking = "".join(
        f" AND NOT EXISTS (SELECT 1 FROM {table} r WHERE r.workspace_id = b.workspace_id"
        f" AND r.{column} = b.id)"
        for table, column in references()
    )
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "DELETE FROM inbox_blob WHERE workspace_id ="
            " current_setting('app.workspace_id')::bigint AND id IN (SELECT b.id"
            " FROM inbox_blob b WHERE b.workspace_id ="
            f" current_setting('app.workspace_id')::bigint AND b.created_at < %s{lacking}"
            " ORDER BY b.id LIMIT %s FOR UPDATE OF b SKIP LOCKED)",
            [at - ORPHANED, most],
        )
        return int(cursor.rowcount)


def references() -> list[tuple[str, str]]:
    """Table and column of every key that points at bytes, whoever declares one."""
    found: list[Any] = list(Blob._meta.get_fields(include_hidden=True))
    keys = [field for field in found if field.one_to_many or field.one_to_one]
    return sorted((key.related_model._meta.db_table, key.field.column) for key in keys)


def _delete(rows: QuerySet[Any], most: int) -> int:
    chosen = rows.order_by("pk").select_for_update(skip_locked=True, of=("self",))[:most]
    ids = list(chosen.values_list("pk", flat=True))
    # Looked at anew under the lock: one may have been put to use before it was held
    _count, each = rows.filter(pk__in=ids).delete()
    return each.get(rows.model._meta.label, 0)
