"""How a mailbox stands: its ledger summed up, its progress, its troubles, its sendings."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from crm.timeline.models import Event
from crm.workspaces import permissions
from crm.workspaces.models import Membership
from inbox.models import Folder, LedgerEntry, Mailbox, Message, Outgoing
from inbox.queries import access
from sync.models import ORDER, FolderCursor
from sync.queries import words

Decision = LedgerEntry.Decision
STORED = (Decision.IMPORTED, Decision.DUPLICATE)
State = Outgoing.State


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


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is; the rate is messages a second over the last minute, 0 unknown."""

    done: int
    total: int
    rate: int
    minutes_left: int


@dataclass(frozen=True, slots=True)
class Trouble:
    """Messages that were not stored, by reason."""

    reason: str
    decision: str
    title: str
    text: str
    count: int


@dataclass(frozen=True, slots=True)
class Sending:
    """What left today and what has not."""

    sent_today: int
    queued: int
    failed: int
    unknown: int

    @property
    def needs_you(self) -> int:
        return self.failed + self.unknown


def boxes(member: Membership) -> QuerySet[Mailbox]:
    """The mailboxes whose health a member may see: his own, his teams', all teams' for admins."""
    allowed = Q(pk__in=access.mailboxes(member).values("pk"))
    if permissions.may(member, "workspace.change"):
        allowed |= Q(kind=Mailbox.Kind.TEAM)
    found: QuerySet[Mailbox] = Mailbox.objects.filter(allowed)
    return found.exclude(state=Mailbox.State.DELETED).order_by("kind", "address")


def may_manage(member: Membership, mailbox: Mailbox) -> bool:
    """Whether the member may pause, change or disconnect it: his own, or as a lead his team's."""
    if mailbox.kind == Mailbox.Kind.PERSONAL:
        return mailbox.owner_id == member.pk
    return permissions.may(member, "mailboxes.connect_team")


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


def percent(sums: Sums) -> int:
    """How much of a mailbox is decided, rounded down so that 100 means all of it."""
    return 100 * sums.decided // sums.total if sums.total else 0


def progress(mailbox: Mailbox, sums: Sums) -> Progress | None:
    """The import bar; None for a mailbox in step."""
    importing = mailbox.state in (Mailbox.State.BACKFILLING, Mailbox.State.CONNECTING)
    if not importing or not sums.total:
        return None
    since = timezone.now() - timedelta(minutes=1)
    done = LedgerEntry.objects.filter(mailbox=mailbox, decided_at__gte=since).count()
    left = -(-sums.pending // max(done, 1))
    return Progress(sums.decided, sums.total, done // 60, left if done >= 60 else 0)


def troubles(mailbox: Mailbox) -> list[Trouble]:
    """What was kept and not read, and what was left out, by reason."""
    rows = (
        LedgerEntry.objects.filter(
            mailbox=mailbox,
            missing_since=None,
            decision__in=[Decision.FAILED, Decision.SKIPPED],
        )
        .order_by()
        .values_list("decision", "reason")
        .annotate(Count("pk"))
    )
    found = []
    for decision, reason, count in sorted(rows):
        why = words.group(reason, count)
        found.append(Trouble(reason, decision, why.what, why.remedy, count))
    return found


def sending(mailboxes: Sequence[Mailbox]) -> Sending:
    """The outbox of these mailboxes in four numbers; "today" is the reader's day."""
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    rows = Outgoing.objects.filter(mailbox__in=[box.pk for box in mailboxes])
    sums = rows.aggregate(
        sent_today=Count("pk", filter=Q(state=State.SENT, sent_at__gte=today)),
        queued=Count("pk", filter=Q(state__in=[State.QUEUED, State.SENDING])),
        failed=Count("pk", filter=Q(state=State.FAILED)),
        unknown=Count("pk", filter=Q(state=State.UNKNOWN)),
    )
    return Sending(**sums)


def today(mailboxes: Sequence[Mailbox]) -> dict[str, int]:
    """New, sent, not sent and lost since the reader's midnight, over these mailboxes.

    Lost is what a server has in a folder read to its end and the ledger has not.
    """
    start = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    new = Message.objects.filter(
        mailbox__in=[box.pk for box in mailboxes],
        origin=Message.Origin.LIVE,
        direction=Message.Direction.IN,
        created_at__gte=start,
    ).count()
    out = sending(mailboxes)
    lost = sum(max(0, line.gap) for box in mailboxes for line in ledger(box).folders)
    return {"new": new, "sent": out.sent_today, "failed": out.failed, "lost": lost}


def connected_by(mailbox: Mailbox) -> str:
    """The name of whoever connected it; empty where nobody wrote that down."""
    event = (
        Event.objects.filter(
            verb="mailbox.connected", about__kind="mailbox", about__object_id=mailbox.pk
        )
        .select_related("by")
        .first()
    )
    return event.by.name if event and event.by else ""
