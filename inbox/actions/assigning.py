"""Giving conversations of a team's mailbox to one of those who work there."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from crm.timeline import actions as timeline
from crm.timeline.actions.telling import notify
from crm.timeline.models import Event, Notice
from crm.workspaces import directory
from crm.workspaces.models import Membership
from inbox.models import Mailbox, MailboxThread, Thread
from inbox.queries import access, workers

MOST = 500
VERB = "thread.assigned"


def assign(
    *, threads: Sequence[Thread], to: Membership | None, by: Membership, at: datetime
) -> Event | None:
    """Give conversations to a member, or to nobody, in the team mailboxes both work in.

    Whoever is given something is told. Answers the event, by which `take_back` undoes it; None
    where nothing changed. Raises PermissionDenied where no team mailbox of both has any of them,
    and for whose access has ended.
    """
    if to is not None and directory.has_ended(to.pk):
        raise PermissionDenied("assign")
    with transaction.atomic():
        entries = _entries([thread.pk for thread in threads[:MOST]], by)
        if to is not None:
            inside = {pk for pk in {e.mailbox_id for e in entries} if to.pk in workers.ids([pk])}
            entries = [entry for entry in entries if entry.mailbox_id in inside]
        if not entries:
            raise PermissionDenied("assign")
        whose = to.pk if to is not None else None
        event = _give({entry.pk: whose for entry in entries}, entries, by, at)
        if event is not None and to is not None and to.pk != by.pk:
            notify([to.pk], event, Notice.Why.GIVEN, at=at)
    return event


def take_back(*, done: Event, by: Membership, at: datetime) -> bool:
    """Give back what an `assign` of the member's own changed, where it stands so still.

    What was of somebody who works there no more is nobody's.
    """
    if done.verb != VERB or done.by_id != by.pk:
        raise PermissionDenied("assign")
    before: dict[int, int | None] = {int(pk): was for pk, was in done.data["before"].items()}
    with transaction.atomic():
        about = done.about.filter(kind="thread").values_list("object_id", flat=True)
        entries = [entry for entry in _entries(list(about), by) if entry.pk in before]
        standing = [entry for entry in entries if entry.assignee_id == done.data["to"]]
        over = directory.ended(by.workspace_id)
        boxes = {entry.mailbox_id for entry in standing}
        work = {box: workers.ids([box]) - over for box in boxes}
        whose = {
            entry.pk: was if (was := before[entry.pk]) in work[entry.mailbox_id] else None
            for entry in standing
        }
        return _give(whose, standing, by, at) is not None


def _entries(threads: Sequence[int], by: Membership) -> list[MailboxThread]:
    """Their rows in team mailboxes of the member, locked in one order."""
    boxes = access.mailboxes(by).filter(kind=Mailbox.Kind.TEAM)
    rows = MailboxThread.objects.filter(thread__in=threads, mailbox__in=boxes)
    return list(rows.select_related("thread").select_for_update(of=("self",)).order_by("pk"))


def _give(
    whose: Mapping[int, int | None], entries: list[MailboxThread], by: Membership, at: datetime
) -> Event | None:
    if not (changed := [entry for entry in entries if entry.assignee_id != whose[entry.pk]]):
        return None
    before = {entry.pk: entry.assignee_id for entry in changed}
    for entry in changed:
        entry.assignee_id, entry.assigned_at = whose[entry.pk], at
    MailboxThread.objects.bulk_update(changed, ["assignee", "assigned_at"])
    given = {entry.assignee_id for entry in changed}
    return timeline.record(
        VERB,
        by=by,
        about=list({entry.thread_id: entry.thread for entry in changed}.values()),
        at=at,
        data={
            "mailboxes": sorted({entry.mailbox_id for entry in changed}),
            "to": given.pop() if len(given) == 1 else None,
            "before": before,
        },
    )
