"""Bytes first, reading second: what is pending is fetched, kept, parsed and stored.

Between the steps the process may die. Bytes that were kept are not fetched again, and
a mail that was begun three times without an end is put aside, listed and downloadable.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from crm.workspaces import bulk
from inbox.actions import blobs
from inbox.models import Folder, LedgerEntry
from sync.actions import reading
from sync.actions.absorb import GONE
from sync.actions.reading import Kept
from sync.actions.run import Run
from sync.providers import errors
from sync.providers.base import Fetched, FetchError, Gone, RemoteRef

Decision = LedgerEntry.Decision
COUNT = 200
OCTETS = 2_000_000
ATTEMPTS = 3
# Above this a mail is kept with its header only; the rest stays on the server
LARGEST = 150 * 1024 * 1024
AGAIN_AFTER = timedelta(minutes=2)


@dataclass(slots=True)
class Haul:
    """What one fetch brought."""

    mails: list[tuple[LedgerEntry, Fetched]]
    gone: list[LedgerEntry]
    failed: list[tuple[LedgerEntry, str]]
    error: errors.ProviderError | None = None


def drain(run: Run, *, news: bool = False) -> bool:
    """Work off one batch of what is pending, newest first; False when nothing is left to do.

    With `news` only mail that arrived since the mailbox was connected, not its history.
    """
    with run.reading():
        folders = {folder.pk: folder for folder in run.folders()}
        batch = _batch(run, folders, news=news)
    if not batch:
        return False
    stuck = [entry for entry in batch if entry.attempts >= ATTEMPTS]
    if stuck:
        reading.put_aside(run, stuck, folders)
        return True
    begun = [entry for entry in batch if entry.blob_id is not None]
    if begun:
        _again(run, begun, folders)
        return True
    _fetch(run, batch, folders[batch[0].folder_id])
    return True


def pending(run: Run) -> QuerySet[LedgerEntry]:
    """What this mailbox has still to come; a transaction is open."""
    found: QuerySet[LedgerEntry] = LedgerEntry.objects.filter(
        Q(not_before=None) | Q(not_before__lte=timezone.now()),
        mailbox=run.mailbox,
        decision=Decision.PENDING,
        missing_since=None,
    )
    return found


def _batch(run: Run, folders: dict[int, Folder], *, news: bool) -> list[LedgerEntry]:
    """The newest pending mails of one folder, as many as one round trip should carry."""
    rows = pending(run).filter(folder__in=folders, generation=F("folder__generation"))
    if news:
        rows = rows.filter(is_news=True)
    found = list(rows.order_by("-internal_date", "-number")[: COUNT * 2])
    if not found:
        return []
    # Whatever was begun before and did not end goes alone, so that it hurts nobody else
    if found[0].attempts:
        return found[:1]
    batch: list[LedgerEntry] = []
    octets = 0
    for entry in found:
        if entry.folder_id != found[0].folder_id or entry.attempts:
            continue
        octets += entry.size or 0
        if batch and (octets > OCTETS or len(batch) >= COUNT):
            break
        batch.append(entry)
    return batch


def _fetch(run: Run, batch: Sequence[LedgerEntry], folder: Folder) -> None:
    haul = _haul(run, batch, folder)
    if haul.mails:
        kept = _keep(run, haul.mails)
        run.octets_left -= sum(len(fetched.raw) for _entry, fetched in haul.mails)
        reading.store(run, kept, folder.role)
    _settle(run, haul)
    if haul.error is not None:
        raise haul.error


def _haul(run: Run, batch: Sequence[LedgerEntry], folder: Folder) -> Haul:
    """Fetch a batch; what came before an error is kept, and the error is raised later."""
    entries = {entry.number: entry for entry in batch}
    refs = [RemoteRef(folder.name, e.generation, e.number, e.size) for e in batch]
    haul = Haul([], [], [])
    try:
        for outcome in run.provider.fetch(refs, run.budget()):
            entry = entries[outcome.ref.number]
            match outcome:
                case Fetched():
                    haul.mails.append((entry, _whole(run, outcome)))
                case Gone():
                    haul.gone.append(entry)
                case FetchError():
                    haul.failed.append((entry, outcome.error.code))
    except errors.Transient as error:
        if error.suspect in entries:
            haul.failed.append((entries[error.suspect], "message.unreadable"))
        haul.error = error
    except errors.ProviderError as error:
        haul.error = error
    return haul


def _whole(run: Run, fetched: Fetched) -> Fetched:
    """A mail too large for one answer, put together from pieces if it may be held at all."""
    if fetched.complete or fetched.size > LARGEST:
        return fetched
    raw = b"".join(run.provider.chunks(fetched.ref))
    return Fetched(fetched.ref, raw, fetched.flags, fetched.internal_date, len(raw), complete=False)


def _keep(run: Run, mails: Sequence[tuple[LedgerEntry, Fetched]]) -> list[Kept]:
    """Commit the bytes before anybody reads them."""
    with run.writing():
        ids = blobs.keep(raws=[fetched.raw for _e, fetched in mails], at=run.started_at)
        for (entry, fetched), blob_id in zip(mails, ids, strict=True):
            entry.blob_id = blob_id
            entry.attempts += 1
            entry.size = fetched.size
            entry.internal_date = fetched.internal_date or entry.internal_date
        bulk.save([entry for entry, _f in mails], ["blob_id", "attempts", "size", "internal_date"])
    return [
        Kept(entry, blob_id, fetched.raw, is_whole=fetched.complete)
        for (entry, fetched), blob_id in zip(mails, ids, strict=True)
    ]


def _again(run: Run, begun: Sequence[LedgerEntry], folders: dict[int, Folder]) -> None:
    """Read what was kept by a run that did not get to the end."""
    with run.writing():
        for entry in begun:
            entry.attempts += 1
        bulk.save(begun, ["attempts"])
        kept = reading.load(begun)
    reading.store(run, kept, folders[begun[0].folder_id].role)


def _settle(run: Run, haul: Haul) -> None:
    """Decide what left before it was fetched, and count failures of single mails."""
    if not haul.gone and not haul.failed:
        return
    now = timezone.now()
    with run.writing():
        LedgerEntry.objects.filter(pk__in=[entry.pk for entry in haul.gone]).update(
            decision=Decision.SKIPPED, reason=GONE, decided_at=now, missing_since=now
        )
        for entry, code in haul.failed:
            entry.attempts += 1
            _count_failure(entry, code, now)
    run.changed = True


def _count_failure(entry: LedgerEntry, code: str, now: datetime) -> None:
    entry.reason = code
    entry.not_before = now + AGAIN_AFTER * entry.attempts
    if entry.attempts >= ATTEMPTS:
        entry.decision, entry.decided_at = Decision.FAILED, now
    entry.save(update_fields=["attempts", "reason", "not_before", "decision", "decided_at"])
