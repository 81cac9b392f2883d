"""Which board a page shows."""

from django.http import Http404
from django.utils import timezone

from crm.projects import actions
from crm.projects.models import Board
from crm.workspaces.middleware import MemberRequest


def offered(request: MemberRequest) -> list[Board]:
    """The boards one works with, the first one made now where there is none."""
    rows = Board.objects.filter(closed_at=None).order_by("position", "pk")
    found = list(rows)
    if not found:
        actions.prepare_delivering(by=request.member, at=timezone.now())
        found = list(rows.all())
    return found


def chosen(typed: str, found: list[Board]) -> Board:
    """The board named in the address, or the first one."""
    for board in found:
        if str(board.uid) == typed:
            return board
    if typed or not found:
        raise Http404
    return found[0]
