"""The board: its phases with their counts."""

from dataclasses import dataclass

from django.db.models import Count, Q

from crm.projects.models import Board, Phase, Project
from crm.projects.queries.cards import first_cards, open_projects, place
from crm.projects.queries.tasks import Progress, progress
from crm.workspaces.models import Membership


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
    rows = open_projects(member, wanted).filter(board=board)
    counts = dict(rows.order_by().values_list("phase_id").annotate(Count("pk")))
    cards = first_cards(rows, phases)
    columns = [Column(phase, counts.get(phase.pk, 0), cards[phase.pk]) for phase in phases]
    return Shown(board, columns, progress(card for column in columns for card in column.cards))
