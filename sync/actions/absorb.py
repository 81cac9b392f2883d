"""A page of what a server listed becomes ledger rows; nothing listed is ever forgotten."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Any

from crm.workspaces import bulk
from crm.workspaces.tenancy import new_uid
from inbox.actions import follow
from inbox.models import Folder, LedgerEntry, Mailbox
from sync.providers.base import ChangePage, RemoteState, Span

Decision = LedgerEntry.Decision
BEFORE_START = "before_start"
GONE = "gone_before_fetch"


def absorb(*, mailbox: Mailbox, folder: Folder, page: ChangePage, at: datetime) -> bool:
    """Write one page in the caller's transaction; True when it changed anything.

    New messages are decided at once (left out by the start date) or left pending,
    changed flags and absences are followed. Twice is as good as once.
    """
    states = {state.ref.number: state for state in page.upserts}
    known = {
        entry.number: entry
        for entry in LedgerEntry.objects.filter(
            folder=folder, generation=page.generation, number__among=states
        )
    }
    fresh = [state for number, state in states.items() if number not in known]
    if fresh:
        bulk.insert(
            LedgerEntry,
            COLUMNS,
            (_listed(mailbox, folder, state, news=page.fresh, at=at) for state in fresh),
            on_conflict="ON CONFLICT (workspace_id, folder_id, generation, number) DO NOTHING",
        )
    changed = _flags(mailbox, known, states, at)
    back = [entry for entry in known.values() if entry.missing_since is not None]
    if back:
        reappear(mailbox=mailbox, entries=back)
    lost = absent(folder, page) if page.gone else []
    if lost:
        vanish(mailbox=mailbox, entries=lost, at=at)
    return bool(fresh or changed or back or lost)


COLUMNS = (
    "uid",
    "mailbox_id",
    "folder_id",
    "generation",
    "number",
    "flags",
    "size",
    "internal_date",
    "modseq",
    "is_news",
    "attempts",
    "listed_at",
    "decision",
    "reason",
    "decided_at",
)


def _listed(
    mailbox: Mailbox, folder: Folder, state: RemoteState, *, news: bool, at: datetime
) -> tuple[Any, ...]:
    """The row of a message that was listed for the first time."""
    left_out = is_before_start(mailbox, state.internal_date)
    return (
        new_uid(),
        mailbox.pk,
        folder.pk,
        state.ref.generation,
        state.ref.number,
        plain(state.flags),
        state.size,
        state.internal_date,
        state.modseq,
        news,
        0,
        at,
        str(Decision.SKIPPED if left_out else Decision.PENDING),
        BEFORE_START if left_out else "",
        at if left_out else None,
    )


def is_before_start(mailbox: Mailbox, when: datetime | None) -> bool:
    """Whether a mail is older than what the owner wants imported."""
    if mailbox.sync_from is None or when is None:
        return False
    return when < datetime.combine(mailbox.sync_from, time.min, tzinfo=UTC)


def plain(flags: frozenset[str]) -> list[str]:
    """Flags as they are kept; which session saw a mail first concerns nobody."""
    return sorted(flag for flag in flags if flag.lower() != "\\recent")


def _flags(
    mailbox: Mailbox,
    known: dict[int, LedgerEntry],
    states: dict[int, RemoteState],
    at: datetime,
) -> bool:
    changed = [
        (entry, frozenset(plain(states[number].flags)))
        for number, entry in known.items()
        if sorted(entry.flags) != plain(states[number].flags)
    ]
    if not changed:
        return False
    read = [(entry, flags) for entry, flags in changed if entry.message_id is not None]
    if read:
        follow.flags_changed(
            mailbox=mailbox, flags={entry.pk: flags for entry, flags in read}, at=at
        )
    for entry, flags in changed:
        entry.flags = sorted(flags)
        entry.modseq = states[entry.number].modseq or entry.modseq
    bulk.save([entry for entry, _flags in changed], ["flags", "modseq"])
    return True


def absent(folder: Folder, page: ChangePage) -> list[LedgerEntry]:
    """Entries we believe present whose numbers the server says are not."""
    spans = _joined(page.gone)
    rows = LedgerEntry.objects.filter(
        folder=folder,
        generation=page.generation,
        missing_since=None,
        number__gte=spans[0].first,
        number__lte=spans[-1].last,
    ).values_list("pk", "number")
    starts = [span.first for span in spans]
    lost = [
        pk
        for pk, number in rows.iterator()
        if number <= spans[bisect_right(starts, number) - 1].last
    ]
    return list(LedgerEntry.objects.filter(pk__in=lost))


def _joined(gone: Sequence[Span]) -> list[Span]:
    """Spans sorted, overlapping ones made one."""
    found: list[Span] = []
    for span in sorted(gone):
        if found and span.first <= found[-1].last + 1:
            found[-1] = Span(found[-1].first, max(found[-1].last, span.last))
        else:
            found.append(span)
    return found


def vanish(*, mailbox: Mailbox, entries: Sequence[LedgerEntry], at: datetime) -> None:
    """Messages are not listed any more: those we have wait out the grace, the rest is decided."""
    stored = [entry for entry in entries if entry.message_id is not None]
    if stored:
        follow.vanished(mailbox=mailbox, entries=stored, at=at)
    rows = LedgerEntry.objects.filter(pk__in=[entry.pk for entry in entries])
    rows.filter(decision=Decision.PENDING).update(
        decision=Decision.SKIPPED, reason=GONE, decided_at=at
    )
    rows.filter(missing_since=None).update(missing_since=at)


def reappear(*, mailbox: Mailbox, entries: Sequence[LedgerEntry]) -> None:
    """Messages believed absent are listed again; what was never fetched is to come again."""
    stored = [entry for entry in entries if entry.message_id is not None]
    if stored:
        follow.returned(mailbox=mailbox, entries=stored)
    rows = LedgerEntry.objects.filter(pk__in=[entry.pk for entry in entries])
    rows.update(missing_since=None)
    rows.filter(decision=Decision.SKIPPED, reason=GONE).update(
        decision=Decision.PENDING, reason="", decided_at=None
    )
