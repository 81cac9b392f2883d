"""The ledger of a mailbox, summed up."""

from dataclasses import dataclass, field

from django.db.models import Count
from django.utils import timezone

from inbox.models import Folder, LedgerEntry, Mailbox
from sync.models import ORDER, FolderCursor

Decision = LedgerEntry.Decision
STORED = (Decision.IMPORTED, Decision.DUPLICATE)


@dataclass(slots=True)
class Sums:
    """A row of the ledger: every message is in exactly one of the first four."""

    stored: int = 0
    pending: int = 0
    failed: int = 0
    skipped: int = 0
    total: int = 0
    uid: str = ""
    display: str = ""
    state: str = ""

    @property
    def decided(self) -> int:
        return self.stored + self.failed + self.skipped

    @property
    def gap(self) -> int:
        """How far the columns are from what the server says."""
        return self.total - self.decided - self.pending

    def add(self, other: "Sums") -> None:
        for name in ("stored", "pending", "failed", "skipped", "total"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(slots=True)
class Ledger:
    """A mailbox's folders, summed up."""

    folders: list[Sums] = field(default_factory=list)
    sums: Sums = field(default_factory=Sums)

    @property
    def adds_up(self) -> bool:
        return all(folder.gap == 0 for folder in self.folders)


def ledger(mailbox: Mailbox) -> Ledger:
    """Every message of every folder in one of four columns."""
    counts: dict[int, dict[str, int]] = {}
    rows = (
        LedgerEntry.objects.filter(mailbox=mailbox, missing_since=None)
        .order_by()
        .values_list("folder", "decision")
        .annotate(Count("pk"))
    )
    for folder_id, decision, count in rows:
        counts.setdefault(folder_id, {})[decision] = count
    cursors = {row.folder_id: row for row in FolderCursor.objects.filter(mailbox=mailbox)}
    folders = Folder.objects.filter(mailbox=mailbox, is_selectable=True)
    found = Ledger()
    for folder in sorted(folders, key=lambda f: (ORDER.index(Folder.Role(f.role)), f.display)):
        line = _line(folder, counts.get(folder.pk, {}), cursors.get(folder.pk))
        found.folders.append(line)
        found.sums.add(line)
    return found


def _line(folder: Folder, counts: dict[str, int], cursor: FolderCursor | None) -> Sums:
    line = Sums(
        stored=sum(counts.get(decision, 0) for decision in STORED),
        pending=counts.get(Decision.PENDING, 0),
        failed=counts.get(Decision.FAILED, 0),
        skipped=counts.get(Decision.SKIPPED, 0),
        total=folder.total,
        uid=str(folder.uid),
        display=folder.shown_name,
    )
    listing = cursor is not None and cursor.history_done_at is None
    if folder.is_synced and listing:
        line.pending += max(0, line.gap)
    if not folder.is_synced or folder.missing_since is not None:
        line.total = line.decided + line.pending
    line.state = _state(folder, line, cursor)
    return line


def _state(folder: Folder, line: Sums, cursor: FolderCursor | None) -> str:
    if folder.missing_since is not None:
        return "missing"
    if not folder.is_synced:
        return "off"
    if folder.parked_until is not None and folder.parked_until > timezone.now():
        return "parked"
    if line.pending == 0 and cursor is not None:
        return "in_step"
    return "importing" if line.decided else "waiting"
