"""The only listener to what was recorded: it tells open pages, and links mail to new people.

Each member hears of what he may read and of nothing else.
"""

from collections.abc import Iterable
from typing import Any

from django.dispatch import receiver

from crm.contacts.models import Organization, Person
from crm.deals.actions import touching
from crm.deals.models import Deal
from crm.fields import queries as records_of
from crm.fields.models import Record
from crm.leads.models import Lead
from crm.timeline.models import Activity, Event, event_recorded
from crm.ui import live, tally
from crm.workspaces.models import Membership
from crm.workspaces.tenancy import required
from inbox import tasks as inbox_tasks
from inbox.actions import doors, linking
from inbox.mime import domains
from inbox.models import Draft, Mailbox, Outgoing, Thread
from inbox.queries import access, workers

# These change a row of the list, not what the conversation says
QUIET = ("thread.read", "thread.unread")
# After these, some who could read a conversation may not any more
LOST = frozenset(
    {
        "thread.hidden",
        "thread.shown",
        "thread.visibility_changed",
        "thread.unlinked",
        "thread.split",
        "thread.merged",
        "thread.shut_out",
    }
)
COUNTED = (
    "email.received",
    "email.sent",
    "email.failed",
    "email.unknown",
    "mailbox.failed",
    "mailbox.recovered",
    "mailbox.needs_sign_in",
)
# With these a record goes out of somebody's sight, or comes into it
SIGHT = frozenset({"owner", "visibility"})
# With these a whole mailbox comes into the hands of others
HANDED = ("mailbox.given_to_team", "mailbox.given_to_member")
# Why somebody has a notice, for the words of the page
NOTICES = {
    "activity.reminded": "reminder",
    "note.created": "mention",
    "note.changed": "mention",
    "email.held": "answered",
    "thread.reminded": "silence",
    "thread.assigned": "given",
    "thread.commented": "comment",
}
# With these somebody or some place may become known by an address
KNOWN = ("person.created", "person.changed", "organization.created", "organization.changed")
# With these somebody does something about a record
TOUCHING = frozenset(
    {
        "activity.created",
        "activity.changed",
        "activity.done",
        "note.created",
        "note.changed",
        "file.added",
    }
)
# A bulk action names so many conversations one by one; of more it only says that the list changed
NAMED = 20


@receiver(event_recorded, dispatch_uid="automations.receivers.tell_open_pages")
def tell_open_pages(event: Event, about: Iterable[Any], **_kwargs: Any) -> None:
    rows = list(about)
    threads = [row for row in rows if isinstance(row, Thread)]
    mailboxes = [row for row in rows if isinstance(row, Mailbox)]
    ids = list(event.data.get("mailboxes") or [mailbox.pk for mailbox in mailboxes])
    if threads:
        _tell_of_threads(event, threads, ids)
    if any(isinstance(row, Outgoing) for row in rows):
        _tell(event, workers.ids(ids), "outbox", {})
    writers = {row.author_id for row in rows if isinstance(row, Draft)}
    if writers:
        _tell(event, writers, "drafts", {})
    if event.verb.startswith("mailbox."):
        for mailbox in mailboxes:
            _tell(event, workers.ids([mailbox.pk]), "mailboxes", {})
            _tell(event, workers.ids([mailbox.pk]), f"mailbox:{mailbox.uid}", {})
    if event.verb in HANDED:
        for topic in ("mailboxes", "threads", "drafts", "outbox"):
            _tell(event, _everybody(), topic, {})
    for name in event.data.get("lists", ()) if event.verb == "records.transferred" else ():
        _tell(event, _everybody(), name, {})
    _tell_of_records(event, [row for row in rows if isinstance(row, Record)])


@receiver(event_recorded, dispatch_uid="automations.receivers.tell_of_activities")
def tell_of_activities(event: Event, about: Iterable[Any], **_kwargs: Any) -> None:
    """Whose activity changed, and whoever has a notice now."""
    about = list(about)
    rows = [row for row in about if isinstance(row, Activity)]
    whose = {pk for row in rows for pk in (row.assignee_id, event.by_id) if pk is not None}
    if whose:
        _tell(event, whose, "activities", {})
    told = event.data.get("told", [])
    if told:
        why = NOTICES.get(event.verb, "assigned")
        said = {"why": why, "subject": event.data.get("subject", "")}
        threads = [row for row in about if isinstance(row, Thread)]
        said |= {"thread": str(threads[0].uid)} if len(threads) == 1 else {}
        _tell(event, told, "notices", said)


@receiver(event_recorded, dispatch_uid="automations.receivers.touch_deals")
def touch_deals(event: Event, about: Iterable[Any], **_kwargs: Any) -> None:
    """A deal about which somebody does something does not rot; what Fio plans by itself is none."""
    if event.verb in TOUCHING and event.by_id is not None:
        touching.touch(deals=[row for row in about if isinstance(row, Deal)], at=event.at)


@receiver(event_recorded, dispatch_uid="automations.receivers.count")
def count(event: Event, **_kwargs: Any) -> None:
    """What `/metrics` counts of the mail that comes and goes; names nobody."""
    if event.verb in COUNTED:
        tally.add("events", event.verb)


@receiver(event_recorded, dispatch_uid="automations.receivers.link_earlier_mail")
def link_earlier_mail(event: Event, about: Iterable[Any], **_kwargs: Any) -> None:
    """Whoever became known has written before: give him, or where he works, those threads."""
    if event.verb not in KNOWN:
        return
    for record in about:
        if isinstance(record, Person | Organization):
            inbox_tasks.link_earlier(record=record, at=event.at)
            _open_door(record)


def _open_door(record: Person | Organization) -> None:
    """What waits outside of those who became known comes in."""
    if isinstance(record, Person):
        doors.release(addresses=record.emails.values_list("address", flat=True))
    elif record.domains:
        doors.release(names=[name for name in record.domains if not domains.is_free(name.lower())])


def _tell_of_records(event: Event, records: list[Record]) -> None:
    """The lists of the kind it happened to, and the page of each record it is about."""
    changes = event.data.get("changes", {})
    for record in records:
        is_its_own = event.verb.startswith(f"{record.kind()}.")
        if is_its_own and ("batch" in event.data or not SIGHT.isdisjoint(changes)):
            # Whoever saw it until now is told that the list changed, not what did
            _tell(event, _everybody(), record.MANY, {})
            if "batch" in event.data:
                continue
        readers = records_of.seers([record]) if not record.is_trashed else set(_everybody())
        if is_its_own:
            _tell(event, readers, record.MANY, {})
        _tell(event, readers, f"{record.kind()}:{record.uid}", {})


def _everybody() -> list[int]:
    active = Membership.objects.using("default").filter(is_active=True, workspace_id=required())
    return list(active.values_list("pk", flat=True))


@receiver(event_recorded, dispatch_uid="automations.receivers.take_mail_along")
def take_mail_along(event: Event, about: Iterable[Any], **_kwargs: Any) -> None:
    """What was linked to a lead belongs to the deal it became, and the other way round."""
    kinds = {"lead.converted": (Lead, Deal), "lead.returned": (Deal, Lead)}.get(event.verb)
    if kinds is None:
        return
    rows = list(about)
    source, target = (next((row for row in rows if isinstance(row, kind)), None) for kind in kinds)
    if source is not None and target is not None:
        linking.follow(source=(source.kind(), source.pk), target=(target.kind(), target.pk))


def _tell_of_threads(event: Event, threads: list[Thread], mailboxes: list[int]) -> None:
    news = {"new": 1} if event.verb == "email.received" else {}
    everyone: set[int] = set()
    for thread in threads[:NAMED]:
        readers = access.readers(thread_id=thread.pk, mailbox_ids=mailboxes)
        everyone |= readers
        if event.verb not in QUIET:
            _tell(event, readers, f"thread:{thread.uid}", {})
    if len(threads) > NAMED:
        everyone |= workers.ids(mailboxes)
    if event.verb in LOST:
        # Whoever could read it until now is told that the list changed, not what did
        everyone |= set(_everybody())
    if news and len(threads) == 1:
        # Whoever works there has new mail; others only read along
        own = workers.ids(mailboxes)
        mine = {**news, "own": True, "thread": str(threads[0].uid)}
        _tell(event, everyone & own, "threads", mine)
        everyone -= own
    _tell(event, everyone, "threads", news)


def _tell(event: Event, members: Iterable[int], topic: str, data: dict[str, Any]) -> None:
    live.publish(workspace_id=event.workspace_id, members=members, topic=topic, data=data)
