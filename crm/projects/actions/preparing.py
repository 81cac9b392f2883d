"""The board a workspace begins with."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from crm.projects.models import Board, Phase
from crm.timeline import actions as timeline
from crm.workspaces import alone
from crm.workspaces.models import Membership


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
