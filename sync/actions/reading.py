"""Kept bytes are read in a process that may die, then stored with their decisions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from django.conf import settings
from django.db import DataError, IntegrityError

from crm.ui import tally
from inbox.actions import receive
from inbox.actions.receive import Arrival
from inbox.mime.bounded import Pool
from inbox.mime.parsed import Parsed
from inbox.models import Folder, LedgerEntry, Message, Outgoing
from inbox.queries import blobs
from sync.actions import clock
from sync.actions.pending import Pending
from sync.actions.run import Run

Decision = LedgerEntry.Decision
# Beyond this a mail is kept and listed by its header, and not read
READABLE = 50 * 1024 * 1024
HEADER = 256 * 1024
TENTH_OF_A_SECOND = 100_000  # microseconds
UNREADABLE, TOO_LARGE = "message.unreadable", "too_large"
# What storing one mail may raise that is the mail's fault
FAULTS = (DataError, IntegrityError, ValueError, LookupError, TypeError, ArithmeticError)


@dataclass(slots=True)
class Kept:
    """A ledger entry whose bytes are in the database, and in memory."""

    entry: Pending
    blob_id: int
    raw: bytes
    is_whole: bool = True


@cache
def pool() -> Pool:
    """The processes that parse for this worker."""
    return Pool(settings.MAIL_PARSERS)


def load(entries: Sequence[Pending]) -> list[Kept]:
    """Kept mails read back from the database; a transaction is open."""
    found = []
    for entry in entries:
        assert entry.blob_id is not None
        raw = blobs.data(entry.blob_id)
        whole = entry.size is None or len(raw) == entry.size
        found.append(Kept(entry, entry.blob_id, raw, is_whole=whole))
    return found


def parse(kept: Sequence[Kept]) -> list[Parsed]:
    """The facts of each mail; of a very large one its header only."""
    raws = [mail.raw if _is_readable(mail) else header(mail.raw) for mail in kept]
    before = pool().deaths
    found = pool().parse(raws, [mail.entry.internal_date for mail in kept])
    tally.add("parser_deaths", by=pool().deaths - before)
    return [
        parsed if _is_readable(mail) else bare(parsed, TOO_LARGE)
        for mail, parsed in zip(kept, found, strict=True)
    ]


def _is_readable(mail: Kept) -> bool:
    return mail.is_whole and len(mail.raw) <= READABLE


def header(raw: bytes) -> bytes:
    """The header of a mail, or as much as there may be of one."""
    ends = [end for end in (raw.find(b"\r\n\r\n"), raw.find(b"\n\n")) if end >= 0]
    return raw[: min([HEADER, *ends])] + b"\r\n\r\n"


def bare(parsed: Parsed, defect: str) -> Parsed:
    """A mail of which nothing but the header is believed."""
    return replace(parsed, quality="raw_only", defects=(*parsed.defects, defect))


def store(run: Run, kept: Sequence[Kept], parsed: Sequence[Parsed], role: str) -> None:
    """Store a batch that was read; where it fails as a whole, its mails are tried alone."""
    try:
        _write(run, kept, parsed, role)
    except FAULTS:
        if len(kept) == 1:
            _postpone(run, kept[0].entry)
            return
        for mail, facts in zip(kept, parsed, strict=True):
            try:
                _write(run, [mail], [facts], role)
            except FAULTS:
                _postpone(run, mail.entry)
    run.changed = True
    run.tell()


def _write(run: Run, kept: Sequence[Kept], parsed: Sequence[Parsed], role: str) -> None:
    """Rows and decisions of a batch in one transaction of the holder."""
    at = clock.now()
    arrivals = [arrival(mail, facts, role, at) for mail, facts in zip(kept, parsed, strict=True)]
    with run.writing():
        receive.store(mailbox=run.mailbox, arrivals=arrivals, at=at)
        unread = [a for a in arrivals if a.parsed.quality == "raw_only"]
        for found in unread:
            _decide_failed(found)
        if role == Folder.Role.SENT:
            _prove_sent(run, [facts.message_id for facts in parsed], at)
    run.stored += len(kept)


def arrival(mail: Kept, parsed: Parsed, role: str, at: datetime) -> Arrival:
    """A mail as the inbox takes it."""
    entry = mail.entry
    return Arrival(
        entry_id=entry.pk,
        blob_id=mail.blob_id,
        raw_size=entry.size or len(mail.raw),
        parsed=parsed,
        role=role,
        received_at=_placed(entry.internal_date or parsed.date or at, entry.number),
        is_read="\\Seen" in entry.flags,
        origin=Message.Origin.LIVE if entry.is_news else Message.Origin.BACKFILL,
    )


def _placed(at: datetime, number: int) -> datetime:
    """The time with the folder's own order in its fraction.

    INTERNALDATE has whole seconds (RFC 3501, 2.3.3), and a program that moves mail gives
    thousands the same one; batches come newest first, so ids would put them backwards.
    """
    return at.replace(microsecond=number % TENTH_OF_A_SECOND)


def _decide_failed(found: Arrival) -> None:
    """It is kept and listed, yet nobody read it: the ledger says so."""
    reason = TOO_LARGE if TOO_LARGE in found.parsed.defects else UNREADABLE
    LedgerEntry.objects.filter(pk=found.entry_id, decision=Decision.IMPORTED).update(
        decision=Decision.FAILED, reason=reason
    )


def _prove_sent(run: Run, ids: Sequence[str], at: datetime) -> None:
    """A mail whose sending nobody could vouch for lies in Sent: have it looked at now."""
    Outgoing.objects.filter(
        mailbox=run.mailbox, state=Outgoing.State.UNKNOWN, rfc_id__in=[i for i in ids if i]
    ).update(look_after=at)


def _postpone(run: Run, entry: Pending) -> None:
    """Storing this mail failed; the attempts it has left are made later, alone."""
    with run.writing():
        LedgerEntry.objects.filter(pk=entry.pk).update(reason=UNREADABLE, not_before=None)


def put_aside(run: Run, entries: Sequence[Pending], folders: dict[int, Folder]) -> None:
    """Three beginnings and no end: list it by its header if that can be, and keep the bytes."""
    for entry in entries:
        kept: list[Kept] = []
        if entry.blob_id is not None:
            with run.reading():
                kept = load([entry])
        try:
            if kept:
                facts = pool().parse([header(kept[0].raw)], [entry.internal_date])[0]
                role = folders[entry.folder_id].role
                _write(run, kept, [bare(facts, "gave_up")], role)
        except FAULTS:
            kept = []
        with run.writing():
            LedgerEntry.objects.filter(pk=entry.pk, decision=Decision.PENDING).update(
                decision=Decision.FAILED,
                reason=entry.reason or UNREADABLE,
                decided_at=clock.now(),
            )
    run.changed = True
