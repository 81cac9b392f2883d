"""Telling members of what they asked to be reminded of."""

from datetime import datetime, timedelta
from functools import partial

from django.db.models import Q

from crm.timeline.actions.recording import record
from crm.timeline.actions.telling import notify
from crm.timeline.models import Activity, Notice
from crm.workspaces import turns

KEPT_FOR = timedelta(days=30)
NOTICES_FOR = timedelta(days=90)


def due_reminders(*, at: datetime) -> list[int]:
    """The workspaces in which somebody is to be reminded by now."""
    return turns.due(Activity, "remind_at", at=at)


def remind(*, workspace_id: int, at: datetime) -> int:
    """Tell of every reminder that is due in one workspace; returns how many were told.

    Run twice at once, each is told once.
    """
    return turns.work(partial(_some, at), workspace_id=workspace_id)


def _some(at: datetime) -> tuple[int, int]:
    rows = Activity.objects.select_for_update(of=("self",), skip_locked=True)
    due = list(
        rows.filter(remind_at__lte=at).select_related("type").order_by("pk")[: turns.AT_ONCE]
    )
    told = 0
    for activity in due:
        if activity.is_done or activity.trashed_at or activity.assignee_id is None:
            continue
        said = {"subject": activity.subject, "type": activity.type.name}
        event = record("activity.reminded", by=None, about=[activity], at=at, data=said)
        notify([activity.assignee_id], event, Notice.Why.REMINDER, at=at)
        told += 1
    Activity.objects.filter(pk__in=[each.pk for each in due]).update(remind_at=None)
    return len(due), told


def drop_removed(*, at: datetime, most: int) -> int:
    """Delete for good what was removed thirty days ago, and notices of long ago."""
    old = Activity.objects.filter(trashed_at__lt=at - KEPT_FOR).order_by("pk")
    ids = list(old.values_list("pk", flat=True)[:most])
    Activity.objects.filter(pk__in=ids).delete()
    over = Notice.objects.filter(Q(read_at__isnull=False), at__lt=at - NOTICES_FOR)
    read = list(over.order_by("pk").values_list("pk", flat=True)[:most])
    Notice.objects.filter(pk__in=read).delete()
    return max(len(ids), len(read))
