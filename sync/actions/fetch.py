"""Bytes first, reading second: what is pending is fetched, kept, parsed and stored.

Between the steps the process may die. Bytes that were kept are not fetched again, and
a mail that was begun three times without an end is put aside, listed and downloadable.
"""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
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
from sync.actions.run import OCTETS as OCTETS_OF_A_RUN
from sync.actions.run import Run
from sync.providers import errors
from sync.providers.base import Fetched, FetchError, Gone, RemoteRef

Decision = LedgerEntry.Decision
COUNT, FIRST, LOOKED_AT = 200, 50, 800
OCTETS = 2_000_000
ATTEMPTS = 3
# Above this a mail is kept with its header only; the rest stays on the server
LARGEST = 150 * 1024 * 1024
AGAIN_AFTER = timedelta(minutes=2)


@dataclass(slots=True)
class Haul:
    """What one fetch brought."""

    folder: Folder
    mails: list[tuple[LedgerEntry, Fetched]]
    gone: list[LedgerEntry]
    failed: list[tuple[LedgerEntry, str]]
    error: errors.ProviderError | None = None


def drain(run: Run, *, news: bool = False) -> bool:
    """Work off what is pending, newest first, in batches; False when nothing was left to do.

    While one batch is read and stored the next is fetched. With `news` only mail that
    arrived since the mailbox was connected is taken, not its history.
    """
    with run.reading():
        folders = {folder.pk: folder for folder in run.folders()}
        batches = _batches(run, folders, news=news)
    if not batches:
        return False
    first = batches[0][0]
    if first.attempts >= ATTEMPTS:
        reading.put_aside(run, batches[0], folders)
    elif first.blob_id is not None:
        _again(run, batches[0], folders)
    else:
        with ThreadPoolExecutor(2, thread_name_prefix="fetch") as threads:
            _chain(run, threads, batches, folders)
    return True


def _chain(
    run: Run,
    threads: ThreadPoolExecutor,
    batches: list[list[LedgerEntry]],
    folders: dict[int, Folder],
) -> None:
    """Batch after batch; only the fetching thread talks to the server meanwhile."""
    waiting = iter(batches)
    first = next(waiting)
    haul = _haul(run, first, folders[first[0].folder_id])
    while True:
        coming: Future[Haul] | None = None
        following = next(waiting, None)
        if following and haul.error is None and run.has_budget:
            coming = threads.submit(_haul, run, following, folders[following[0].folder_id])
        _store(run, threads, haul)
        if haul.error is not None:
            raise haul.error
        if coming is None:
            return
        haul = coming.result()


def pending(run: Run) -> QuerySet[LedgerEntry]:
    """What this mailbox has still to come; a transaction is open."""
    found: QuerySet[LedgerEntry] = LedgerEntry.objects.filter(
        Q(not_before=None) | Q(not_before__lte=timezone.now()),
        mailbox=run.mailbox,
        decision=Decision.PENDING,
        missing_since=None,
    )
    return found


def _batches(run: Run, folders: dict[int, Folder], *, news: bool) -> list[list[LedgerEntry]]:
    """The newest pending mails, in batches of one folder that a round trip should carry.

    The first batch of a run is small, so that something can be seen soon. What was begun
    before comes first: together the first time, and then each alone, to hurt nobody else.
    """
    rows = pending(run).filter(folder__in=folders, generation=F("folder__generation"))
    if news:
        rows = rows.filter(is_news=True)
    found = list(rows.order_by("-internal_date", "-number")[:LOOKED_AT])
    begun = [entry for entry in found if entry.attempts]
    if begun:
        once = [entry for entry in begun if entry.attempts == 1 and entry.blob_id is not None]
        return _split(once, FIRST)[:1] if begun[0] in once else [begun[:1]]
    is_first = run.octets_left == OCTETS_OF_A_RUN
    return _split(found, FIRST if is_first else COUNT)


def _split(entries: Sequence[LedgerEntry], first: int) -> list[list[LedgerEntry]]:
    """Batches of one folder each, bounded by count and octets, the first one by `first`."""
    batches: list[list[LedgerEntry]] = []
    octets = 0
    for entry in entries:
        size = entry.size or 0
        last = batches[-1] if batches else []
        room = first if len(batches) == 1 else COUNT
        fits = bool(last) and len(last) < room and octets + size <= OCTETS
        if not fits or last[0].folder_id != entry.folder_id:
            batches.append([])
            octets = 0
        batches[-1].append(entry)
        octets += size
    return batches


def _store(run: Run, threads: ThreadPoolExecutor, haul: Haul) -> None:
    """Keep the bytes while they are parsed next door, then store what was read."""
    if haul.mails:
        kept = [
            Kept(entry, 0, fetched.raw, is_whole=fetched.complete) for entry, fetched in haul.mails
        ]
        for entry, fetched in haul.mails:
            entry.size = fetched.size
            entry.internal_date = fetched.internal_date or entry.internal_date
        parsing = threads.submit(reading.parse, kept)
        _keep(run, kept)
        run.octets_left -= sum(len(mail.raw) for mail in kept)
        reading.store(run, kept, parsing.result(), haul.folder.role)
    _settle(run, haul)


def _haul(run: Run, batch: Sequence[LedgerEntry], folder: Folder) -> Haul:
    """Fetch a batch; what came before an error is kept, and the error is raised later."""
    entries = {entry.number: entry for entry in batch}
    refs = [RemoteRef(folder.name, e.generation, e.number, e.size) for e in batch]
    haul = Haul(folder, [], [], [])
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


def _keep(run: Run, kept: Sequence[Kept]) -> None:
    """Commit the bytes, and that an attempt to store them begins."""
    with run.writing():
        ids = blobs.keep(raws=[mail.raw for mail in kept], at=run.started_at)
        for mail, blob_id in zip(kept, ids, strict=True):
            mail.blob_id = mail.entry.blob_id = blob_id
            mail.entry.attempts += 1
        bulk.save([mail.entry for mail in kept], ["blob_id", "attempts", "size", "internal_date"])


def _again(run: Run, begun: Sequence[LedgerEntry], folders: dict[int, Folder]) -> None:
    """Read what was kept by a run that did not get to the end."""
    with run.writing():
        for entry in begun:
            entry.attempts += 1
        bulk.save(begun, ["attempts"])
        kept = reading.load(begun)
    reading.store(run, kept, reading.parse(kept), folders[begun[0].folder_id].role)


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
