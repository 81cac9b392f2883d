"""The cards of a board of projects further down its columns."""

from datetime import UTC, datetime
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from crm.fields.queries import labels_of
from crm.projects import queries
from crm.projects.models import Phase
from crm.projects.views.board import wanted
from crm.timeline.queries import places
from crm.ui.render import page_or_part
from crm.workspaces.middleware import MemberRequest


@require_safe
def column(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """The cards of a phase after `?after=`."""
    phase = Phase.objects.filter(uid=uid).first()
    if phase is None:
        raise Http404
    at, pk = _after(request.GET.get("after", ""))
    cards = queries.more_cards(request.member, phase, at, pk, wanted(request))
    asked = request.GET.copy()
    if cards:
        asked["after"] = queries.place(cards[-1])
    context = {
        "cards": cards,
        "more_url": f"{request.path}?{asked.urlencode()}" if len(cards) == queries.CARDS else "",
        "labels": {label.pk: label for label in labels_of("project")},
        "progress": queries.progress(cards),
        "today": timezone.localdate(),
    }
    return page_or_part(request, "crm/projects/cards.html", context)


def _after(typed: str) -> tuple[datetime, int]:
    """The place where the cards before these ended; the top of the column without one."""
    if not typed:
        return datetime.max.replace(tzinfo=UTC), 0
    place = places.read(typed)
    if place is None:
        raise Http404
    return place
