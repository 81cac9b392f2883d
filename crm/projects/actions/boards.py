"""Boards of projects."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from crm.fields.models.definitions import next_position
from crm.projects.models import Board, Phase
from crm.timeline import actions as timeline
from crm.workspaces.models import Membership


class LastOne(Exception):
    """What is to go is the last of its kind."""


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
