"""A folder the server numbered anew is listed again and matched with what we have.

Messages are told again by Message-ID, size and date, without their bodies; only what
matches nothing is fetched. What is not in a complete listing waits out the grace.
"""

from collections import defaultdict
from collections.abc import Iterable

from crm.workspaces import bulk
from inbox.models import Folder, LedgerEntry
from sync.actions import absorb
from sync.actions.run import Run
from sync.models import FolderCursor
from sync.providers.base import ChangePage, Identity, RemoteRef

Decision = LedgerEntry.Decision


def resume(run: Run, folder: Folder, row: FolderCursor) -> bool:
    """Go on with the listing page by page; True when it is complete."""
    while True:
        page = run.provider.snapshot(folder.name, row.snapshot_page, run.budget())
        identities = _identities(run, folder, page)
        with run.writing():
            _write(run, folder, page, identities)
            row.snapshot_generation, row.snapshot_page = page.generation, page.next_page
            if page.complete:
                _finish(run, folder, row, page)
            row.save()
        if page.complete:
            return True
        if not run.has_time:
            return False


def _identities(run: Run, folder: Folder, page: ChangePage) -> dict[RemoteRef, Identity]:
    """What the new numbers stand for; only those we do not know under them already."""
    refs = [state.ref for state in page.upserts]
    with run.reading():
        known = set(
            LedgerEntry.objects.filter(
                folder=folder, generation=page.generation, number__in=[r.number for r in refs]
            ).values_list("number", flat=True)
        )
    wanted = [ref for ref in refs if ref.number not in known]
    return {found.ref: found for found in run.provider.identities(wanted)} if wanted else {}


def _write(
    run: Run, folder: Folder, page: ChangePage, identities: dict[RemoteRef, Identity]
) -> None:
    """Give matched entries their new numbers, then absorb the page as any other."""
    candidates = _candidates(folder, page.generation, identities.values())
    taken: list[LedgerEntry] = []
    for state in sorted(page.upserts, key=lambda state: state.ref.number):
        identity = identities.get(state.ref)
        if identity is None:
            continue
        entry = _match(candidates, identity)
        if entry is not None:
            entry.generation, entry.number = state.ref.generation, state.ref.number
            taken.append(entry)
    bulk.save(taken, ["generation", "number"])
    if folder.generation != page.generation:
        folder.generation = page.generation
        folder.save(update_fields=["generation"])
    absorb.absorb(mailbox=run.mailbox, folder=folder, page=page, at=run.started_at)
    run.changed = True


Key = tuple[str, int, str]


def _candidates(
    folder: Folder, generation: int, identities: Iterable[Identity]
) -> dict[Key, list[LedgerEntry]]:
    """Stored messages of the folder under older numbers, by what tells them again."""
    wanted = {_bare(identity.message_id) for identity in identities}
    rows = (
        LedgerEntry.objects.filter(folder=folder, message__isnull=False)
        .exclude(generation=generation)
        .select_related("message")
        .order_by("-number")
    )
    found: dict[Key, list[LedgerEntry]] = defaultdict(list)
    for entry in rows.iterator(chunk_size=2000):
        rfc_id = entry.message.rfc_id or ""
        if rfc_id in wanted:
            when = entry.internal_date.isoformat() if entry.internal_date else ""
            found[rfc_id, entry.size or 0, when].append(entry)
    return found


def _match(candidates: dict[Key, list[LedgerEntry]], identity: Identity) -> LedgerEntry | None:
    when = identity.internal_date.isoformat() if identity.internal_date else ""
    same = candidates.get((_bare(identity.message_id), identity.size, when))
    return same.pop() if same else None


def _bare(message_id: str) -> str:
    return message_id.strip().removeprefix("<").removesuffix(">")


def _finish(run: Run, folder: Folder, row: FolderCursor, page: ChangePage) -> None:
    """The listing is complete: what it did not show is absent, and reading goes on from here."""
    left = LedgerEntry.objects.filter(folder=folder).exclude(generation=page.generation)
    stored = list(left.filter(message__isnull=False, missing_since=None))
    if stored:
        absorb.vanish(mailbox=run.mailbox, entries=stored, at=run.started_at)
    left.filter(message=None).delete()
    row.cursor, row.page, row.snapshot_page = page.next_cursor, None, None
    row.snapshot_started_at = None
    row.history_done_at = row.last_ok_at = run.started_at
    if page.status is not None:
        folder.total = page.status.messages
        folder.save(update_fields=["total"])
