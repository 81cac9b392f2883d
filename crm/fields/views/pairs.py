"""Records that may be the same twice: the list of pairs."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.fields import queries
from crm.fields.actions import comparing
from crm.fields.models import Likeness
from crm.fields.queries import likenesses
from crm.fields.views import lists
from crm.fields.views.kinds import Kind
from crm.fields.views.merging import allow
from crm.ui.render import page_or_part, say
from crm.workspaces.middleware import MemberRequest

PAIRS = "crm/fields/duplicates.html"


def duplicates(request: MemberRequest, kind: Kind) -> HttpResponse:
    """Pairs that look alike, the likeliest first; `?dismissed=1` those that are said to be two."""
    allow(request, kind)
    left = comparing.compare(kind.model, at=timezone.now())
    dismissed = bool(request.GET.get("dismissed"))
    found, after = likenesses.pairs(
        request.member, kind.model, after=request.GET.get("after", ""), dismissed=dismissed
    )
    couples = likenesses.couples(kind.rows(request.member), found)
    records = [row for couple in couples for row in couple.sides]
    sheet = queries.sheet(kind.model, records, request.member)
    context = {
        "place": kind.many,
        "kind": kind,
        "couples": couples,
        "sheet": sheet,
        "columns": lists.columns(kind, dict(sheet.facts))[1:],
        "after": after,
        "dismissed": dismissed,
        "is_comparing": left >= comparing.BATCH,
    }
    part = "more" if "after" in request.GET else "pairs"
    return page_or_part(request, PAIRS, context, part=part)


def dismissal(request: MemberRequest, kind: Kind, uid: UUID) -> HttpResponse:
    """POST: these are two; with `?again=1` it is asked again."""
    allow(request, kind)
    pair = Likeness.objects.filter(uid=uid, kind=kind.one).first()
    if pair is None or not _sees_both(request, kind, pair):
        raise Http404
    if request.GET.get("again"):
        comparing.ask_again(pair=pair)
        return say(HttpResponse(status=204), _("It is asked again"))
    comparing.dismiss(pair=pair, by=request.member, at=timezone.now())
    undo = kind.address(request, f"{kind.many}_dismissal", uid) + "?again=1"
    return say(HttpResponse(status=204), _("Kept as two"), undo=undo, label=_("Undo"))


def _sees_both(request: MemberRequest, kind: Kind, pair: Likeness) -> bool:
    ids = (pair.first_id, pair.second_id)
    seen: int = kind.model.objects.visible_to(request.member).filter(pk__in=ids).count()
    return seen == len(ids)
