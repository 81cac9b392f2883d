"""The cards of a board further down its columns."""

from datetime import UTC, datetime
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from crm.deals import queries
from crm.deals.models import Stage
from crm.deals.views.board import upcoming, wanted
from crm.deals.views.kind import DEALS
from crm.fields.queries import labels_of
from crm.timeline.queries import places
from crm.ui.render import page_or_part
from crm.workspaces.middleware import MemberRequest


@require_safe
def column(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """The cards of a stage after `?after=`: part `more`."""
    stage = Stage.objects.filter(uid=uid).first()
    if stage is None:
        raise Http404
    at, pk = _after(request.GET.get("after", ""))
    cards = queries.more_cards(request.member, stage, at, pk, wanted(request))
    last = cards[-1] if len(cards) == queries.CARDS else None
    context = {
        "kind": DEALS,
        "cards": cards,
        "more_url": _more(request, last) if last else "",
        "labels": {label.pk: label for label in labels_of("deal")},
        "upcoming": upcoming(request, cards),
        "at": timezone.now(),
    }
    return page_or_part(request, "crm/deals/cards.html", context)


def _more(request: MemberRequest, last: queries.Card) -> str:
    asked = request.GET.copy()
    asked["after"] = f"{last.stage_since.isoformat()}|{last.pk}"
    return f"{request.path}?{asked.urlencode()}"


def _after(typed: str) -> tuple[datetime, int]:
    """The place where the cards before these ended; the top of the column without one."""
    if not typed:
        return datetime.max.replace(tzinfo=UTC), 0
    place = places.read(typed)
    if place is None:
        raise Http404
    return place
