"""The board: its phases with their counts and first cards."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from crm.projects.models import Board, Phase, Project
from crm.projects.queries.tasks import Progress, progress
from crm.workspaces.models import Membership

# Cards of a column shown at once; more are asked for when one scrolls there
CARDS = 50


@dataclass(frozen=True)
class Column:
    """A phase with its open projects: how many, and the first cards."""

    phase: Phase
    count: int
    cards: list[Project]

    @property
    def after(self) -> str:
        """Where the next cards begin, or "" where all are shown."""
        return place(self.cards[-1]) if self.cards and len(self.cards) < self.count else ""


@dataclass(frozen=True)
class Shown:
    """A board's columns, and how far the tasks of each shown project are."""

    board: Board
    columns: list[Column]
    progress: dict[int, Progress]

    @property
    def count(self) -> int:
        return sum(column.count for column in self.columns)


def shown(member: Membership, board: Board, wanted: Q | None = None) -> Shown:
    """The open projects of a board that the member sees and `wanted` means; five queries."""
    phases = list(Phase.objects.filter(board=board).order_by("position", "pk"))
    rows = _open(member, wanted).filter(board=board)
    counts = dict(rows.order_by().values_list("phase_id").annotate(Count("pk")))
    cards = _cards(rows, phases)
    columns = [Column(phase, counts.get(phase.pk, 0), cards[phase.pk]) for phase in phases]
    return Shown(board, columns, progress(card for column in columns for card in column.cards))


def more_cards(
    member: Membership, phase: Phase, at: Any, pk: int, wanted: Q | None = None
) -> list[Project]:
    """The cards of a column that come after this place."""
    beyond = Q(phase_since__lt=at) | Q(phase_since=at, pk__lt=pk)
    rows = _open(member, wanted).filter(Q(phase_since__lte=at) & beyond, phase=phase)
    return list(_loaded(rows).order_by("-phase_since", "-pk")[:CARDS])


def place(project: Project) -> str:
    """Where a card stands in its column."""
    return f"{project.phase_since.isoformat()}|{project.pk}"


def _open(member: Membership, wanted: Q | None) -> QuerySet[Project]:
    rows: QuerySet[Project] = Project.objects.visible_to(member)
    rows = rows.filter(status=Project.Status.OPEN)
    return rows.filter(wanted) if wanted else rows


def _loaded(rows: QuerySet[Project]) -> QuerySet[Project]:
    return rows.select_related("owner", "person", "organization", "phase")


def _cards(rows: QuerySet[Project], phases: Sequence[Phase]) -> dict[int, list[Project]]:
    """The first cards of every column, each column walked in its own index."""
    parts = [
        rows.filter(phase=phase).order_by("-phase_since", "-pk").values("pk")[:CARDS]
        for phase in phases
    ]
    found: dict[int, list[Project]] = defaultdict(list)
    if not parts:
        return found
    picked = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    pks = [row["pk"] for row in picked]
    for project in _loaded(Project.objects.filter(pk__among=pks)).order_by("-phase_since", "-pk"):
        found[project.phase_id].append(project)
    return found
