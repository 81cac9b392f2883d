"""Two records become one, with a preview."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.fields import queries
from crm.fields.actions import merging
from crm.fields.models import Merge, Record
from crm.fields.queries import merged, pointing
from crm.fields.views import lines
from crm.fields.views.comparing import lines_of
from crm.fields.views.kinds import Kind
from crm.ui.render import page_or_part
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest
from crm.workspaces.models import Membership

MERGE = "crm/fields/merge.html"

# What comes along with a record that becomes part of another, by the name of its model
MOVES = {
    "threadlink": gettext_lazy("conversations"),
    "eventabout": gettext_lazy("entries of the history"),
    "deal": gettext_lazy("deals"),
    "dealperson": gettext_lazy("parts in deals"),
    "person": gettext_lazy("people"),
    "lead": gettext_lazy("leads"),
    "project": gettext_lazy("projects"),
    "activityabout": gettext_lazy("activities"),
    "noteabout": gettext_lazy("notes"),
    "fileabout": gettext_lazy("files"),
}


def merge(request: MemberRequest, kind: Kind, uid: UUID) -> HttpResponse:
    """GET `?with=`: what the merge of two would make; POST does it, `take` are facts of the other.

    Without another record the page offers those that look alike, and finds one by name.
    """
    allow(request, kind)
    into = kind.get(request.member, uid)
    other = _other(request, kind, into)
    if request.method == "POST" and other is not None:
        return _merge(request, kind, into, other)
    context: dict[str, Any] = {
        "place": kind.many,
        "kind": kind,
        "record": into,
        "other": other,
        "query": request.GET.get("q", "").strip()[:100],
    }
    if other is None:
        found = _offered(request, kind, into, context["query"])
        context["offered"] = lines.of(request.member, found)
    else:
        sheet = queries.sheet(kind.model, [into, other], request.member)
        context |= {"sheet": sheet, "lines": lines_of(sheet, into, other)}
        context["moves"] = _moves(request.member, kind, other)
    return page_or_part(request, MERGE, context, part="offered" if "q" in request.GET else None)


def allow(request: MemberRequest, kind: Kind) -> None:
    """Both are changed by a merge, and one of them goes."""
    for what in ("merge", "change"):
        permissions.require(request.member, kind.right(what))


def _other(request: MemberRequest, kind: Kind, into: Any) -> Any:
    typed = request.POST.get("with") or request.GET.get("with", "")
    if not typed:
        return None
    try:
        found = kind.get(request.member, UUID(typed))
    except ValueError as error:
        raise Http404 from error
    if found == into:
        raise Http404
    return found


def _merge(request: MemberRequest, kind: Kind, into: Any, other: Any) -> HttpResponse:
    seen = (request.POST.get("version"), request.POST.get("other_version"))
    if seen != (str(into.version), str(other.version)):
        messages.error(
            request,
            _("One of the two was changed meanwhile. Look at both once more before you merge."),
        )
        here = kind.address(request, f"{kind.one}_merge", into.uid)
        return redirect(f"{here}?with={other.uid}")
    facts = queries.facts_of(kind.model)
    take = [name for name in facts if request.POST.get(f"take-{name}") == "other"]
    try:
        merging.merge(into, other, take=take, by=request.member, at=timezone.now())
    except merging.Gone:
        messages.error(request, _("One of the two was deleted or merged meanwhile."))
        return redirect(kind.address(request))
    words = {"other": other.name, "name": into.name}
    # The form of the banner takes it back, and so does the toast
    text = _("%(other)s became a part of %(name)s.") % words
    messages.success(request, text, extra_tags="unmerge")
    return redirect(kind.address(request, kind.one, into.uid))


def _offered(request: MemberRequest, kind: Kind, into: Any, typed: str) -> list[Any]:
    if typed:
        rows = kind.rows(request.member).exclude(pk=into.pk)
        rows = queries.alike(rows, typed, request.member)
        return list(rows.order_by("name_key", "pk")[:10])
    return merged.others(request.member, into)


def _moves(member: Membership, kind: Kind, other: Any) -> list[tuple[Any, int]]:
    """What comes along: (its word, how many); records as far as the member sees them."""
    counts: dict[str, int] = {}
    for pointer in pointing.pointers(kind.model):
        word = str(pointer.model._meta.model_name)
        rows = pointer.rows(other.pk)
        if issubclass(pointer.model, Record):
            rows = rows.filter(pk__in=pointer.model.objects.seen_by(member).values("pk"))
        counts[word] = counts.get(word, 0) + rows.count()
    return [(MOVES[word], count) for word, count in counts.items() if count and word in MOVES]


def merges(request: MemberRequest, kind: Kind, record: Any) -> list[Merge]:
    """What was merged into a record and may be undone by this member."""
    return merged.merges_into(record) if kind.may_merge(request.member) else []
