"""Records of any kind picked by name, several at once: a part of a form."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from crm.fields.queries import searching
from crm.fields.views import lines
from crm.timeline import subjects
from crm.timeline.views import naming
from crm.workspaces.middleware import MemberRequest

PICKER, FOUND = "crm/fields/picker.html", "crm/fields/picked.html"
OF_A_KIND, SHOWN = 4, 12


@require_safe
def picker(request: MemberRequest, workspace: str) -> HttpResponse:
    """With `?find=` what is called so and is not picked; else what `about=` and `also=` pick."""
    named = request.GET.getlist("about")
    if "find" in request.GET:
        typed = request.GET["find"].strip()[:100]
        found = searching.search(request.member, typed, limit=OF_A_KIND)
        fresh = [each for each in found if f"{each.kind}:{each.uid}" not in named]
        rows = lines.offered(request.member, fresh[:SHOWN])
        return render(request, FOUND, {"found": rows, "typed": typed})
    about = _seen(request, [*named, *request.GET.getlist("also")])
    return render(request, PICKER, {"about": about, "picked": True})


def _seen(request: MemberRequest, named: list[str]) -> list[object]:
    """What these name, each once; what is gone or hidden meanwhile is left out."""
    found: dict[str, object] = {}
    for each in named[: naming.MOST_LINKED]:
        kind, _colon, text = each.partition(":")
        uid: UUID | None = naming.as_uid(text)
        record = subjects.find(request.member, kind, uid) if uid else None
        if record is not None:
            found[each] = record
    return list(found.values())
