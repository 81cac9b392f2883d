"""What is found while somebody types: in the palette, and on a line of recipients."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from crm.fields.models import kinds
from crm.ui.render import page_or_part
from crm.workspaces.middleware import MemberRequest
from inbox.queries import addresses, everything
from inbox.queries.everything import Hit
from inbox.views.listing import Asked

FOUND = 6


@dataclass(frozen=True, slots=True)
class Line:
    """Something in the palette, and where it leads."""

    url: str
    hit: Hit


@require_safe
def palette(request: MemberRequest, workspace: str) -> HttpResponse:
    """Records, activities, notes and conversations for what was typed."""
    typed = request.GET.get("q", "").strip()[:200]
    what = Asked(workspace, "search", query=typed)
    found = everything.search(request.member, typed, limit=FOUND)
    lines = [Line(_url(workspace, hit), hit) for hit in found]
    context = {
        "records": [line for line in lines if line.hit.kind not in everything.OTHERS],
        "activities": [line for line in lines if line.hit.kind == "activity"],
        "notes": [line for line in lines if line.hit.kind == "note"],
        "threads": [line for line in lines if line.hit.kind == "thread"],
        "search_url": what.url(),
    }
    return page_or_part(request, "inbox/palette_found.html", context)


def _url(workspace: str, hit: Hit) -> str:
    """The page of a hit; of a note the one of its record."""
    if hit.kind == "thread":
        return Asked(workspace).thread_url(hit.uid)
    if hit.kind == "activity":
        return reverse("timeline:activity", args=[workspace, hit.uid])
    if hit.kind == "note":
        page = _page(workspace, hit.about_kind, hit.about) if hit.about else ""
        return f"{page}?tab=notes" if page else reverse("timeline:activities", args=[workspace])
    return _page(workspace, hit.kind, hit.uid)


def _page(workspace: str, kind: str, uid: object) -> str:
    return reverse(f"{kinds()[kind]._meta.app_label}:{kind}", args=[workspace, uid])


@require_safe
def suggestions(request: MemberRequest, workspace: str) -> HttpResponse:
    """Known addresses that begin with what was typed."""
    typed = request.GET.get("q", "").strip()[:100]
    found = addresses.suggest(request.member, typed) if typed else []
    return page_or_part(request, "inbox/suggestions.html", {"people": found})
