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
# Whose a list row was, and whose it became
Was = tuple[int | None, int | None]


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
        entries = _of_both(_entries([thread.pk for thread in threads[:MOST]], by), to)
        if not entries:
            raise PermissionDenied("assign")
        return _hand(entries, to, by, at)


def pass_on(
    *, entries: Sequence[MailboxThread], to: Membership | None, by: Membership, at: datetime
) -> dict[int, Was]:
    """Give these locked list rows of the member's to somebody, in the caller's transaction.

    What lies in no team mailbox of both is left alone. Returns whose the changed ones were and
    became, by id, for `give_back`.
    """
    meant = _of_both([e for e in entries if e.mailbox.kind == Mailbox.Kind.TEAM], to)
    event = _hand(meant, to, by, at) if meant else None
    before = event.data["before"] if event is not None else {}
    whose = to.pk if to is not None else None
    return {int(pk): (was, whose) for pk, was in before.items()}


def give_back(
    *, entries: Sequence[MailboxThread], kept: Mapping[int, Was], by: Membership, at: datetime
) -> bool:
    """Make these locked list rows whose they were, where they are as `pass_on` left them.

    What was of somebody who works there no more is nobody's.
    """
    meant = [e for e in entries if e.pk in kept and e.assignee_id == kept[e.pk][1]]
    over = directory.ended(by.workspace_id)
    work = {box: workers.ids([box]) - over for box in {entry.mailbox_id for entry in meant}}
    whose = {
        entry.pk: was if (was := kept[entry.pk][0]) in work[entry.mailbox_id] else None
        for entry in meant
    }
    return _give(whose, meant, by, at) is not None


def take_back(*, done: Event, by: Membership, at: datetime) -> bool:
    """Give back what an `assign` of the member's own changed, where it stands so still.

    What was of somebody who works there no more is nobody's.
    """
    if done.verb != VERB or done.by_id != by.pk:
        raise PermissionDenied("assign")
    before: dict[int, int | None] = {int(pk): was for pk, was in done.data["before"].items()}
    with transaction.atomic():
        about = done.about.filter(kind="thread").values_list("object_id", flat=True)
        kept = {pk: (was, done.data["to"]) for pk, was in before.items()}
        return give_back(entries=_entries(list(about), by), kept=kept, by=by, at=at)


def _entries(threads: Sequence[int], by: Membership) -> list[MailboxThread]:
    """Their rows in team mailboxes of the member, locked in one order."""
    boxes = access.mailboxes(by).filter(kind=Mailbox.Kind.TEAM)
    rows = MailboxThread.objects.filter(thread__in=threads, mailbox__in=boxes)
    return list(rows.select_related("thread").select_for_update(of=("self",)).order_by("pk"))


def _of_both(entries: Sequence[MailboxThread], to: Membership | None) -> Sequence[MailboxThread]:
    """Those of team mailboxes in which the other works as well."""
    if to is None:
        return entries
    inside = {pk for pk in {e.mailbox_id for e in entries} if to.pk in workers.ids([pk])}
    return [entry for entry in entries if entry.mailbox_id in inside]


def _hand(
    entries: Sequence[MailboxThread], to: Membership | None, by: Membership, at: datetime
) -> Event | None:
    whose = to.pk if to is not None else None
    event = _give({entry.pk: whose for entry in entries}, entries, by, at)
    if event is not None and to is not None and to.pk != by.pk:
        notify([to.pk], event, Notice.Why.GIVEN, at=at)
    return event


def _give(
    whose: Mapping[int, int | None], entries: Sequence[MailboxThread], by: Membership, at: datetime
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
