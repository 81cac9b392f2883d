"""What records an activity is about."""

from collections.abc import Iterable
from typing import Any

from crm.timeline.models import Activity, ActivityAbout


def link(activity: Activity, about: Iterable[Any]) -> None:
    """Let a new activity be about these records."""
    rows = {(row._meta.model_name, row.pk) for row in about}
    ActivityAbout.objects.bulk_create(
        ActivityAbout(of=activity, kind=kind, object_id=pk) for kind, pk in sorted(rows)
    )


def relink(activity: Activity, about: Iterable[Any], hidden: Iterable[tuple[str, int]]) -> bool:
    """Let it be about exactly these; returns whether that changed anything."""
    wanted = {(row._meta.model_name, row.pk) for row in about} | set(hidden)
    rows = list(ActivityAbout.objects.filter(of=activity))
    there = {(row.kind, row.object_id) for row in rows}
    gone = [row.pk for row in rows if (row.kind, row.object_id) not in wanted]
    ActivityAbout.objects.filter(pk__in=gone).delete()
    ActivityAbout.objects.bulk_create(
        ActivityAbout(of=activity, kind=kind, object_id=pk) for kind, pk in sorted(wanted - there)
    )
    return there != wanted
