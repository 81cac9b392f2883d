"""Records that may be the same twice: the list of pairs, a merge with its preview, and the undo."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.fields import queries
from crm.fields.actions import comparing, merging
from crm.fields.facts import Fact
from crm.fields.models import Likeness, Merge, Record
from crm.fields.queries import likenesses, merged, pointing
from crm.fields.views import lines, lists
from crm.fields.views.kinds import Kind
from crm.ui.render import page_or_part, say
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest
from crm.workspaces.models import Membership

PAIRS, MERGE = "crm/fields/duplicates.html", "crm/fields/merge.html"
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
# Both sides keep them, so there is nothing to choose
JOINED = ("labels", "words", "emails", "phones")
ALL, ONCE, EITHER = (
    gettext_lazy("Both are kept."),
    gettext_lazy("Both have the same, so it is kept once."),
    gettext_lazy("All are kept, and what both have is kept once."),
)


def duplicates(request: MemberRequest, kind: Kind) -> HttpResponse:
    """Pairs that look alike, the likeliest first; `?dismissed=1` those that are said to be two."""
    _allow(request, kind)
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
    _allow(request, kind)
    pair = Likeness.objects.filter(uid=uid, kind=kind.one).first()
    if pair is None or not _sees_both(request, kind, pair):
        raise Http404
    if request.GET.get("again"):
        comparing.ask_again(pair=pair)
        return say(HttpResponse(status=204), _("It is asked again"))
    comparing.dismiss(pair=pair, by=request.member, at=timezone.now())
    undo = kind.address(request, f"{kind.many}_dismissal", uid) + "?again=1"
    return say(HttpResponse(status=204), _("Kept as two"), undo=undo, label=_("Undo"))


def merge(request: MemberRequest, kind: Kind, uid: UUID) -> HttpResponse:
    """GET `?with=`: what the merge of two would make; POST does it, `take` are facts of the other.

    Without another record the page offers those that look alike, and finds one by name.
    """
    _allow(request, kind)
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
        context |= {"sheet": sheet, "lines": _lines(sheet, into, other)}
        context["moves"] = _moves(request.member, kind, other)
    return page_or_part(request, MERGE, context, part="offered" if "q" in request.GET else None)


def unmerge(request: MemberRequest, kind: Kind, uid: UUID) -> HttpResponse:
    """POST `merge`, its id: the two are two again."""
    _allow(request, kind)
    into = kind.get(request.member, uid)
    for made in merged.merges_into(into):
        if str(made.uid) == request.POST.get("merge", ""):
            break
    else:
        raise Http404
    try:
        _into, other = merging.part(made, by=request.member, at=timezone.now())
    except merging.Parted:
        text = _("These cannot be made two again: one of them was deleted or merged further.")
        messages.error(request, text)
        return redirect(kind.address(request, kind.one, uid))
    messages.success(request, _("%(name)s stands on its own again.") % {"name": other.name})
    return redirect(kind.address(request, kind.one, uid))


def _allow(request: MemberRequest, kind: Kind) -> None:
    """Both are changed by a merge, and one of them goes."""
    for what in ("merge", "change"):
        permissions.require(request.member, kind.right(what))


def _sees_both(request: MemberRequest, kind: Kind, pair: Likeness) -> bool:
    ids = (pair.first_id, pair.second_id)
    seen: int = kind.model.objects.visible_to(request.member).filter(pk__in=ids).count()
    return seen == len(ids)


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


def _lines(sheet: Any, into: Any, other: Any) -> list[tuple[Fact, bool, str, Any]]:
    """Each fact with whether there is something to choose, and which one wins unless told.

    Where both sides come together, the last says in words what becomes of them.
    """
    found: list[tuple[Fact, bool, str, Any]] = []
    for fact in sheet.facts.values():
        if fact.type in JOINED:
            mine, theirs = (_each(sheet.value(row, fact)) for row in (into, other))
            if mine or theirs:
                found.append((fact, False, "both", _joined(mine, theirs)))
        elif fact.editable:
            mine, theirs = (merging.value_of(row, fact) for row in (into, other))
            wins = "other" if mine in (None, "") and theirs not in (None, "") else "into"
            if mine not in (None, "") or theirs not in (None, ""):
                found.append((fact, mine != theirs, wins, ""))
    return found


def _each(values: Any) -> set[Any]:
    """What of each value makes it the same as another: an address, a number, itself."""
    return {getattr(row, "address", None) or getattr(row, "number", row) for row in values or ()}


def _joined(mine: set[Any], theirs: set[Any]) -> Any:
    if not mine or not theirs:
        return ""
    if mine == theirs:
        return ONCE
    return EITHER if mine & theirs else ALL


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
