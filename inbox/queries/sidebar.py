"""What the side bar says: folders, mailboxes, and how far an import is."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from crm.workspaces import queries
from crm.workspaces.models import Membership, Role
from crm.workspaces.statements import Statement
from inbox.models import LedgerEntry, Mailbox
from inbox.queries import access, given, lists

UNFOLDED = 3


@dataclass(slots=True)
class Box:
    """A mailbox as the side bar shows it; `percent` only while it is imported."""

    pk: int
    uid: UUID
    shown_name: str
    address: str
    kind: str
    state: str
    state_reason: str
    get_state_display: str
    imports: str
    unread: int = 0
    percent: int | None = None
    # Of a team: what is in its inbox, given to the member, and to nobody (up to given.MOST)
    mine: int = 0
    unassigned: int = 0
    is_open: bool = False

    @property
    def is_many(self) -> bool:
        """More is nobody's than was counted."""
        return self.unassigned >= given.MOST

    @property
    def is_team(self) -> bool:
        return self.kind == Mailbox.Kind.TEAM


@dataclass(slots=True)
class Side:
    """The mail part of the side bar."""

    counts: dict[str, int] = field(default_factory=dict)
    mailboxes: list[Box] = field(default_factory=list)
    rows: list[Mailbox] = field(default_factory=list)

    @property
    def own_ids(self) -> list[int]:
        return [row.pk for row in self.rows]

    def box(self, uid: UUID) -> Box | None:
        return next((box for box in self.mailboxes if box.uid == uid), None)

    @property
    def has_teams(self) -> bool:
        return any(box.is_team for box in self.mailboxes)

    @property
    def mine(self) -> int:
        """What is the member's own in the inboxes of all teams' mailboxes."""
        return sum(box.mine for box in self.mailboxes)

    @property
    def is_importing(self) -> bool:
        return any(box.state in ("connecting", "backfilling") for box in self.mailboxes)


def side(member: Membership) -> Side:
    """Mailboxes and numbers in five queries, and one more while something is imported."""
    rows = _rows(member)
    inbox, whose = given.inbox(member, rows)
    out = lists.outbox(member, rows)
    percents = _percents([row for row in rows if row.state == Mailbox.State.BACKFILLING])
    shown = [_box(row) for row in rows]
    for box in shown:
        box.unread, box.percent = inbox.get(box.pk, 0), percents.get(box.pk)
        box.mine, box.unassigned = whose.get(box.pk, (0, 0))
    _unfold(shown)
    counts = {
        "inbox": sum(inbox.values()),
        "drafts": out.drafts,
        "outbox": out.waiting,
        "stuck": out.stuck,
        "spam": sum(lists.unread(member, "spam", rows).values()),
    }
    return Side(counts, shown, rows)


def _unfold(boxes: list[Box]) -> None:
    """A few teams' mailboxes show their places; of many only the one that is looked at."""
    teams = [box for box in boxes if box.is_team]
    for box in teams:
        box.is_open = len(teams) <= UNFOLDED


def beside(member: Membership, place: str) -> Side:
    """Mailboxes and the number of one list, for that list without its page; two queries."""
    rows = _rows(member)
    unread = lists.unread(member, place, rows) if place in ("inbox", "spam") else {}
    shown = [_box(row) for row in rows]
    if place == "inbox":
        for box in shown:
            box.unread = unread.get(box.pk, 0)
    return Side({place: sum(unread.values())}, shown, rows)


def boxes(member: Membership) -> Side:
    """The mailboxes alone, for a part of a page that shows no numbers; one query."""
    rows = _rows(member)
    return Side({}, [_box(row) for row in rows], rows)


def _mailboxes() -> QuerySet[Mailbox]:
    return access.mailboxes(queries.stand_in(Role.MEMBER)).order_by("kind", "name", "address")


MAILBOXES = Statement(_mailboxes)


def _rows(member: Membership) -> list[Mailbox]:
    return MAILBOXES.rows(me=member.pk)


def _box(row: Mailbox) -> Box:
    return Box(
        pk=row.pk,
        uid=row.uid,
        shown_name=row.shown_name,
        address=row.address,
        kind=row.kind,
        state=row.state,
        state_reason=row.state_reason,
        get_state_display=row.get_state_display(),
        imports=row.imports,
    )


def _percents(rows: list[Mailbox]) -> dict[int, int]:
    if not rows:
        return {}
    sums: list[dict[str, Any]] = list(
        LedgerEntry.objects.filter(mailbox__in=rows)
        .values("mailbox_id")
        .annotate(all=Count("pk"), waiting=Count("pk", filter=Q(decision="pending")))
    )
    return {s["mailbox_id"]: 100 * (s["all"] - s["waiting"]) // max(s["all"], 1) for s in sums}
