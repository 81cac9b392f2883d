"""Which mail does not come in: from who is blocked, and where only known people's is wanted.

Nothing is lost: the ledger keeps whom it is with and what it is called, and a person can have
it brought in, or its sender always.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Q, QuerySet

from crm.contacts.models import Organization, PersonEmail
from crm.timeline import actions as timeline
from crm.workspaces.models import Membership
from inbox.actions import rows, threading
from inbox.actions.blocking import BLOCKED
from inbox.actions.rows import Arrival, Shaped
from inbox.mime import domains, thread
from inbox.models import DoorKey, LedgerEntry, Mailbox, MailboxThread, Message, ThreadKey, Welcome
from inbox.queries import blocking, insiders

UNKNOWN = "unknown_sender"
Decision = LedgerEntry.Decision
LONGEST = 320


def keep_out(*, mailbox: Mailbox, arrivals: Sequence[Arrival], at: datetime) -> dict[int, str]:
    """Decide what stays outside; the reasons by ledger entry id.

    One query where nothing is kept out, and a few more for a batch otherwise.
    """
    listed = {each.entry_id: each for each in arrivals if each.entry_id is not None}
    patterns = blocking.patterns(mailbox) if listed else set()
    only_known = mailbox.imports == Mailbox.Scope.KNOWN
    if not patterns and not (listed and only_known):
        return {}
    shaped = {entry: rows.shape(mailbox, arrival) for entry, arrival in listed.items()}
    own = insiders.insiders()
    heard = {entry: own.outside(item.addresses) for entry, item in shaped.items()}
    reasons = {
        entry: BLOCKED
        for entry, item in shaped.items()
        if heard[entry] and _is_blocked(item, heard[entry], patterns)
    }
    if only_known:
        rest = {entry: item for entry, item in shaped.items() if entry not in reasons}
        reasons |= dict.fromkeys(_unknown(mailbox, rest, heard), UNKNOWN)
    wanted = LedgerEntry.objects.filter(pk__in=list(reasons), is_wanted=True)
    for entry in wanted.values_list("pk", flat=True):
        del reasons[entry]
    _write(shaped, reasons, at)
    return reasons


def _is_blocked(item: Shaped, heard: set[str], patterns: set[str]) -> bool:
    """Everybody from outside is blocked, and of what came the sender is one of them."""
    if any(each not in patterns and domains.domain(each) not in patterns for each in heard):
        return False
    sender = item.arrival.parsed.sender
    is_out = item.direction == Message.Direction.OUT
    return is_out or (sender is not None and sender.address.lower() in heard)


def _unknown(mailbox: Mailbox, items: dict[int, Shaped], heard: dict[int, set[str]]) -> set[int]:
    """Those that are with nobody known here, nor answer anything that is."""
    addresses = {each for entry in items for each in heard[entry]}
    known = set(
        PersonEmail.objects.filter(address__among=addresses, is_live=True).values_list(
            "address", flat=True
        )
    )
    known |= set(
        Welcome.objects.filter(mailbox=mailbox, address__among=addresses).values_list(
            "address", flat=True
        )
    )
    firms = _firms({domains.domain(each) for each in addresses})
    makes = mailbox.makes_people != Mailbox.Makes.NOBODY
    found = set()
    for entry, item in items.items():
        known_here = any(each in known or domains.domain(each) in firms for each in heard[entry])
        if not known_here and not (item.is_ours and makes and heard[entry]):
            found.add(entry)
    return found - _answering(mailbox, items, found)


def _firms(names: set[str]) -> set[str]:
    """Those of the domains that an organization has."""
    wanted = sorted(name for name in names if name and not domains.is_free(name))
    live = Organization.objects.filter(domains__touching=wanted, trashed_at=None)
    return {name.lower() for row in live.values_list("domains", flat=True) for name in row}


def _answering(mailbox: Mailbox, items: dict[int, Shaped], unknown: set[int]) -> set[int]:
    """Those of the unknown that belong to a conversation which is here, or comes with them."""
    keys = {entry: keys_of(item) for entry, item in items.items()}
    here = MailboxThread.objects.filter(mailbox=mailbox).values("thread")
    asked = {key for entry in unknown for key in keys[entry]}
    rows_ = ThreadKey.objects.filter(key__among=asked, thread__in=here)
    known = {bytes(key) for key in rows_.values_list("key", flat=True)}
    known |= {key for entry, found in keys.items() if entry not in unknown for key in found}
    return {entry for entry in unknown if known & keys[entry]}


def keys_of(item: Shaped) -> set[bytes]:
    """What joins a mail to others."""
    return {threading.key_of(word) for word in thread.keys(item.placed.parsed)}


def let_in_with(*, mailbox: Mailbox, items: Iterable[Shaped]) -> int:
    """Fetch what waits of the conversations that these mails belong to; returns how many mails.

    An answer may come before what it answers, and be left at the door until then. One query where
    a mailbox lets in known people's mail only, none otherwise.
    """
    if mailbox.imports != Mailbox.Scope.KNOWN:
        return 0
    keys = {key for item in items for key in keys_of(item)}
    joined = DoorKey.objects.filter(mailbox=mailbox, key__among=keys).values("entry")
    waiting = list(_waiting().filter(pk__in=joined).values_list("pk", flat=True))
    if not waiting:
        return 0
    DoorKey.objects.filter(entry__in=waiting).delete()
    # Whether nothing else keeps them out is looked at when they are read again
    return LedgerEntry.objects.filter(pk__in=waiting).update(
        decision=Decision.PENDING, reason="", decided_at=None, attempts=0
    )


def _write(shaped: dict[int, Shaped], reasons: dict[int, str], at: datetime) -> None:
    """Say in the ledger whom a mail is with and what it is called; its bytes are let go."""
    entries = LedgerEntry.objects.in_bulk(list(reasons))
    for pk, entry in entries.items():
        entry.sender_name, entry.sender = _counterpart(shaped[pk])
        entry.subject = shaped[pk].arrival.parsed.subject[:LONGEST]
        entry.decision, entry.reason, entry.decided_at = Decision.SKIPPED, reasons[pk], at
        entry.blob = None
    columns = ["sender_name", "sender", "subject", "decision", "reason", "decided_at", "blob"]
    LedgerEntry.objects.bulk_update(entries.values(), columns, batch_size=200)
    DoorKey.objects.bulk_create(
        (
            DoorKey(entry_id=pk, mailbox_id=entry.mailbox_id, key=key)
            for pk, entry in entries.items()
            if reasons[pk] == UNKNOWN
            for key in keys_of(shaped[pk])
        ),
        ignore_conflicts=True,
    )


def _counterpart(item: Shaped) -> tuple[str, str]:
    """Name and address of who is on the other side."""
    parsed = item.arrival.parsed
    is_out = item.direction == Message.Direction.OUT
    who = next(iter(parsed.to), None) if is_out else parsed.sender
    return (who.name[:LONGEST], who.address.lower()[:LONGEST]) if who else ("", "")


def welcome(*, mailbox: Mailbox, address: str, by: Membership, at: datetime) -> int:
    """Always let in who writes from an address; returns how many mails of his waited."""
    Welcome.objects.get_or_create(
        mailbox=mailbox, address=address.lower(), defaults={"created_at": at}
    )
    return let_in(mailbox=mailbox, addresses=[address], by=by, at=at)


def unwelcome(*, mailbox: Mailbox, address: str) -> None:
    """Let in no more of it than of others; what came in stays."""
    Welcome.objects.filter(mailbox=mailbox, address=address.lower()).delete()


def let_in(*, mailbox: Mailbox, addresses: Iterable[str], by: Membership, at: datetime) -> int:
    """Bring in what waits of these senders; returns how many mails that is."""
    wanted = [each.lower() for each in addresses]
    count = _bring(_waiting().filter(mailbox=mailbox, sender__in=wanted))
    if count:
        said = {"count": count}
        timeline.record("ledger.overruled", by=by, about=[mailbox], at=at, data=said)
    return count


def release(*, addresses: Iterable[str] = (), names: Iterable[str] = ()) -> int:
    """Bring in what waits of those who became known, by address or domain, in every mailbox."""
    meant = Q(sender__in=[each.lower() for each in addresses])
    for name in names:
        meant |= Q(sender__endswith=f"@{name.lower()}")
    return _bring(_waiting().filter(meant))


def open_wide(*, mailbox: Mailbox) -> int:
    """Bring in everything that waits outside a mailbox."""
    return _bring(_waiting().filter(mailbox=mailbox))


def _waiting() -> "QuerySet[LedgerEntry]":
    return LedgerEntry.objects.filter(reason=UNKNOWN, decision=Decision.SKIPPED)


def _bring(found: "QuerySet[LedgerEntry]") -> int:
    DoorKey.objects.filter(entry__in=found).delete()
    return found.update(
        decision=Decision.PENDING, reason="", decided_at=None, attempts=0, is_wanted=True
    )
