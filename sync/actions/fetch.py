"""Bytes first, reading second: what is pending is fetched, kept, parsed and stored.

Between the steps the process may die. Bytes that were kept are not fetched again, and
a mail that was begun three times without an end is put aside, listed and downloadable.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connections

from inbox.actions import blobs
from inbox.mime.parsed import Parsed
from inbox.models import Folder, LedgerEntry
from sync.actions import batching, clock, pending, reading
from sync.actions.absorb import GONE
from sync.actions.pending import Pending
from sync.actions.reading import Kept
from sync.actions.run import Run
from sync.providers import errors
from sync.providers.base import Fetched, FetchError, Gone, RemoteRef

Decision = LedgerEntry.Decision
ATTEMPTS = 3
# Above this a mail is kept with its header only; the rest stays on the server
LARGEST = 150 * 1024 * 1024
AGAIN_AFTER = timedelta(minutes=2)


@dataclass(slots=True)
class Haul:
    """What one fetch brought."""

    folder: Folder
    mails: list[tuple[Pending, Fetched]]
    gone: list[Pending]
    failed: list[tuple[Pending, str]]
    error: errors.ProviderError | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """Kept mails that are being parsed, and the error that ended their fetch."""

    kept: list[Kept]
    parsing: Future[list[Parsed]]
    role: str
    error: errors.ProviderError | None


def drain(run: Run, *, news: bool = False) -> bool:
    """Work off what is pending, newest first, in batches; False when nothing was left to do.

    With `news` only mail that arrived since the mailbox was connected is taken, not its
    history.
    """
    with run.reading():
        folders = {folder.pk: folder for folder in run.folders()}
        batches = batching.batches(run, list(folders), news=news)
    if not batches:
        return False
    first = batches[0][0]
    if first.attempts >= ATTEMPTS:
        reading.put_aside(run, batches[0], folders)
    elif first.blob_id is not None:
        _again(run, batches[0], folders)
    else:
        _chain(run, batches, folders)
    return True


def _chain(run: Run, batches: list[list[Pending]], folders: dict[int, Folder]) -> None:
    """Batch after batch: while one is stored the next is parsed and the one after is fetched.

    Only the fetching thread talks to the server; it keeps the bytes over a connection to
    the database of its own.
    """
    waiting = iter(batches)
    with _threads() as (fetching, parsing):

        def begin(batch: list[Pending] | None) -> Future[Read] | None:
            if batch is None or not run.has_budget:
                return None
            return fetching.submit(_fetch, run, parsing, batch, folders[batch[0].folder_id])

        coming = deque(filter(None, [begin(next(waiting)), begin(next(waiting, None))]))
        while coming:
            read = coming.popleft().result()
            more = begin(next(waiting, None)) if read.error is None else None
            coming.extend(filter(None, [more]))
            if read.kept:
                reading.store(run, read.kept, read.parsing.result(), read.role)
                run.teach()
            if read.error is not None:
                raise read.error


@contextmanager
def _threads() -> Iterator[tuple[ThreadPoolExecutor, ThreadPoolExecutor]]:
    """A thread that fetches and one that waits for the parser; no connection is left behind."""
    with (
        ThreadPoolExecutor(1, thread_name_prefix="fetch") as fetching,
        ThreadPoolExecutor(1, thread_name_prefix="parse") as parsing,
    ):
        try:
            yield fetching, parsing
        finally:
            fetching.submit(connections.close_all)


def _fetch(run: Run, parsing: ThreadPoolExecutor, batch: list[Pending], folder: Folder) -> Read:
    """Fetch a batch, and commit the bytes while they are parsed."""
    haul = _haul(run, batch, folder)
    kept = [Kept(entry, 0, fetched.raw, is_whole=fetched.complete) for entry, fetched in haul.mails]
    parsed = parsing.submit(reading.parse, kept)
    _keep(run, haul, kept)
    return Read(kept, parsed, folder.role, haul.error)


def _haul(run: Run, batch: Sequence[Pending], folder: Folder) -> Haul:
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


def _keep(run: Run, haul: Haul, kept: Sequence[Kept]) -> None:
    """Commit the bytes, and that an attempt to store them begins."""
    for entry, fetched in haul.mails:
        entry.size = fetched.size
        entry.internal_date = fetched.internal_date or entry.internal_date
        entry.attempts += 1
    with run.writing():
        ids = blobs.keep(raws=[mail.raw for mail in kept], at=run.started_at)
        for mail, blob_id in zip(kept, ids, strict=True):
            mail.blob_id = mail.entry.blob_id = blob_id
        entries = [mail.entry for mail in kept]
        pending.save(entries, ["blob_id", "attempts", "size", "internal_date"])
        _settle(haul)
    run.octets_left -= sum(len(mail.raw) for mail in kept)
    run.changed |= bool(haul.gone or haul.failed)


def _again(run: Run, begun: Sequence[Pending], folders: dict[int, Folder]) -> None:
    """Read what was kept by a run that did not get to the end."""
    with run.writing():
        for entry in begun:
            entry.attempts += 1
        pending.save(begun, ["attempts"])
        kept = reading.load(begun)
    reading.store(run, kept, reading.parse(kept), folders[begun[0].folder_id].role)


def _settle(haul: Haul) -> None:
    """Decide what left before it was fetched, and count failures of single mails."""
    now = clock.now()
    if haul.gone:
        LedgerEntry.objects.filter(pk__in=[entry.pk for entry in haul.gone]).update(
            decision=Decision.SKIPPED, reason=GONE, decided_at=now, missing_since=now
        )
    for entry, code in haul.failed:
        _count_failure(entry, code, now)


def _count_failure(entry: Pending, code: str, now: datetime) -> None:
    attempts = entry.attempts + 1
    row = LedgerEntry.objects.filter(pk=entry.pk)
    row.update(attempts=attempts, reason=code, not_before=now + AGAIN_AFTER * attempts)
    if attempts >= ATTEMPTS:
        row.update(decision=Decision.FAILED, decided_at=now)
