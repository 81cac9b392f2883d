"""The phases of a board."""

from datetime import datetime

from django.db import transaction

from crm.fields.models.definitions import next_position
from crm.projects.actions.boards import LastOne
from crm.projects.models import Board, Phase, Project
from crm.timeline import actions as timeline
from crm.workspaces.models import Membership


class HasProjects(Exception):
    """A phase cannot go while projects are in it; `count` is how many."""

    def __init__(self, count: int) -> None:
        super().__init__(str(count))
        self.count = count


def create_phase(*, board: Board, name: str, by: Membership, at: datetime) -> Phase:
    """A phase, the last of its board."""
    with transaction.atomic():
        made: Phase = Phase.objects.create(
            board=board, name=name[:60], position=next_position(Phase, board=board)
        )
        timeline.record("phase.created", by=by, about=[made, board], at=at, data={"name": name})
    return made


def rename_phase(*, phase: Phase, name: str, by: Membership, at: datetime) -> Phase:
    """Another name for a phase."""
    if phase.name == name:
        return phase
    with transaction.atomic():
        changes = {"name": [phase.name, name]}
        phase.name = name[:60]
        phase.save(update_fields=["name"])
        timeline.record("phase.changed", by=by, about=[phase], at=at, data={"changes": changes})
    return phase


def delete_phase(*, phase: Phase, to: Phase | None, by: Membership, at: datetime) -> int:
    """Remove a phase, its projects first moved to another one; returns how many were moved.

    Raises HasProjects without a place for them, LastOne where the board has no other phase.
    """
    with transaction.atomic():
        others = Phase.objects.select_for_update().filter(board=phase.board_id)
        if not others.exclude(pk=phase.pk).exists():
            raise LastOne
        rows = Project.objects.filter(phase=phase)
        count = rows.count()
        if count and (to is None or to.pk == phase.pk):
            raise HasProjects(count)
        if to is not None:
            rows.update(phase=to, board=to.board_id, phase_since=at)
        data = {"name": phase.name, "moved": count, "to": to.name if to else ""}
        timeline.record("phase.deleted", by=by, about=[phase.board], at=at, data=data)
        phase.delete()
    return count
