"""The cards in the columns of a board of projects."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet

from crm.projects.models import Phase, Project
from crm.workspaces.models import Membership

# Cards of a column shown at once; more are asked for when one scrolls there
CARDS = 50


def more_cards(
    member: Membership, phase: Phase, at: Any, pk: int, wanted: Q | None = None
) -> list[Project]:
    """The cards of a column that come after this place."""
    beyond = Q(phase_since__lt=at) | Q(phase_since=at, pk__lt=pk)
    rows = open_projects(member, wanted).filter(Q(phase_since__lte=at) & beyond, phase=phase)
    return list(_loaded(rows).order_by("-phase_since", "-pk")[:CARDS])


def place(project: Project) -> str:
    """Where a card stands in its column."""
    return f"{project.phase_since.isoformat()}|{project.pk}"


def _loaded(rows: QuerySet[Project]) -> QuerySet[Project]:
    return rows.select_related("owner", "person", "organization", "phase")


def first_cards(rows: QuerySet[Project], phases: Sequence[Phase]) -> dict[int, list[Project]]:
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


def open_projects(member: Membership, wanted: Q | None) -> QuerySet[Project]:
    """The open projects the member sees and `wanted` means."""
    rows: QuerySet[Project] = Project.objects.visible_to(member)
    rows = rows.filter(status=Project.Status.OPEN)
    return rows.filter(wanted) if wanted else rows
