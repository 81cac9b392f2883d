"""One fact of a record, shown or edited in its place."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.fields import actions, queries, values
from crm.fields.facts import Fact
from crm.fields.models import Visibility
from crm.fields.views import lists, reading
from crm.fields.views.kinds import Kind, Refused
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest
from crm.workspaces.models import Membership

SHOWN, EDITED = "crm/fields/fact.html", "crm/fields/fact_edit.html"


def fact(request: MemberRequest, kind: Kind, uid: UUID, name: str) -> HttpResponse:
    """GET shows a fact, with `?edit=1` its editor; POST saves it.

    422 where the value cannot be kept, 409 with both values where somebody was faster.
    """
    record = kind.get(request.member, uid)
    known = queries.facts_of(kind.model).get(name)
    if known is None:
        raise Http404
    if request.method == "POST" or "edit" in request.GET:
        permissions.require(request.member, kind.right("change"))
        if not known.editable:
            raise Http404
    if request.method == "POST":
        return _save(request, kind, record, known)
    template = EDITED if "edit" in request.GET else SHOWN
    return render(request, template, _context(request, kind, record, known))


def _save(request: MemberRequest, kind: Kind, record: Any, known: Fact) -> HttpResponse:
    version = request.POST.get("version", "")
    seen = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else None
    try:
        # Whoever is made on the way goes again with what is refused
        with transaction.atomic():
            value = reading.read(request, kind, known)
            kind.write(request, record, known, value, seen, timezone.now())
    except (Refused, values.Unfit) as error:
        said: dict[str, Any] = {"error": str(error), "typed": request.POST}
        return render(request, EDITED, _context(request, kind, record, known) | said, status=422)
    except actions.Lacking:
        text = _("This must be filled where the record stands, so it cannot be empty.")
        said = {"error": text, "typed": request.POST}
        return render(request, EDITED, _context(request, kind, record, known) | said, status=422)
    except actions.Outdated as error:
        fresh = kind.get(request.member, record.uid)
        said = {"outdated": error, "typed": request.POST}
        return render(request, EDITED, _context(request, kind, fresh, known) | said, status=409)
    try:
        fresh = kind.get(request.member, record.uid)
    except Http404:
        # Given away, or hidden from whoever did it
        messages.success(request, _("Saved. This is not open to you any more."))
        return HttpResponse(status=204, headers={"HX-Redirect": kind.address(request)})
    response = render(request, SHOWN, _context(request, kind, fresh, known))
    response.headers["HX-Trigger"] = "fio:changed"
    return response


def _context(request: MemberRequest, kind: Kind, record: Any, known: Fact) -> dict[str, Any]:
    sheet = queries.sheet(kind.model, [record], request.member)
    return {
        "kind": kind,
        "record": record,
        "fact": known,
        "sheet": sheet,
        "members": _offered(record, known) if known.type == "member" else (),
        "labels": list(sheet.labels.values()),
        "visibilities": Visibility.choices,
        "may_change": permissions.may(request.member, kind.right("change")),
    }


def _offered(record: Any, known: Fact) -> list[Membership]:
    """Whom it may be given to, and who has it, so that nobody else seems to."""
    found = lists.members()
    holder = record.owner if known.name == "owner" else None
    return found if holder is None or holder in found else [holder, *found]
