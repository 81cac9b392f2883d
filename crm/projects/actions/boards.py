"""Boards and their phases."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from crm.fields.models.definitions import next_position
from crm.projects.models import Board, Phase, Project
from crm.timeline import actions as timeline
from crm.workspaces import alone
from crm.workspaces.models import Membership


class LastOne(Exception):
    """What is to go is the last of its kind."""


class HasProjects(Exception):
    """A phase cannot go while projects are in it; `count` is how many."""

    def __init__(self, count: int) -> None:
        super().__init__(str(count))
        self.count = count


def prepare_delivering(*, by: Membership, at: datetime) -> None:
    """Give a workspace that has none its first board."""
    if Board.objects.exists():
        return
    with transaction.atomic():
        alone.until_the_end()
        if Board.objects.exists():
            return
        board: Board = Board.objects.create(name=_("Delivery"))
        names = (_("To plan"), _("Getting ready"), _("In work"), _("Handing over"))
        Phase.objects.bulk_create(
            Phase(board=board, name=name, position=place) for place, name in enumerate(names)
        )
        timeline.record("board.created", by=by, about=[board], at=at)


def create_board(*, name: str, by: Membership, at: datetime) -> Board:
    """A board behind the others, with one phase."""
    with transaction.atomic():
        made: Board = Board.objects.create(name=name[:60], position=next_position(Board))
        Phase.objects.create(board=made, name=_("To plan"))
        timeline.record("board.created", by=by, about=[made], at=at, data={"name": name})
    return made


def rename_board(*, board: Board, name: str, by: Membership, at: datetime) -> Board:
    """Another name for a board."""
    with transaction.atomic():
        changes = {"name": [board.name, name]}
        board.name = name[:60]
        board.save(update_fields=["name"])
        timeline.record("board.changed", by=by, about=[board], at=at, data={"changes": changes})
    return board


def close_board(*, board: Board, by: Membership, at: datetime) -> Board:
    """It is offered no more; its projects stay. Raises LastOne where nothing would be left."""
    with transaction.atomic():
        others = Board.objects.select_for_update().filter(closed_at=None)
        if not others.exclude(pk=board.pk).exists():
            raise LastOne
        board.closed_at = at
        board.save(update_fields=["closed_at"])
        timeline.record("board.closed", by=by, about=[board], at=at)
    return board


def reopen_board(*, board: Board, by: Membership, at: datetime) -> Board:
    """It is offered again."""
    with transaction.atomic():
        board.closed_at = None
        board.save(update_fields=["closed_at"])
        timeline.record("board.reopened", by=by, about=[board], at=at)
    return board


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
