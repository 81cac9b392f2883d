"""One fact of a record, shown or edited in its place."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.fields import actions, queries, values
from crm.fields.facts import Fact
from crm.fields.models import Label, Visibility
from crm.fields.views import lists
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
        value = read(request, kind, known)
        kind.write(request, record, known, value, seen, timezone.now())
    except (Refused, values.Unfit) as error:
        said: dict[str, Any] = {"error": str(error), "typed": request.POST}
        return render(request, EDITED, _context(request, kind, record, known) | said, status=422)
    except actions.Outdated as error:
        fresh = kind.get(request.member, record.uid)
        said = {"outdated": error, "typed": request.POST}
        return render(request, EDITED, _context(request, kind, fresh, known) | said, status=409)
    fresh = kind.get(request.member, record.uid)
    response = render(request, SHOWN, _context(request, kind, fresh, known))
    response.headers["HX-Trigger"] = "fio:changed"
    return response


def read(request: MemberRequest, kind: Kind, known: Fact) -> Any:
    """The value of a posted form; raises Refused or Unfit."""
    own = (kind.readers or {}).get(known.name)
    if own is not None:
        return own(request, known)
    posted = request.POST
    if known.type == "member":
        return _member(posted.get("value", ""), known)
    if known.type == "labels":
        rows = Label.objects.filter(kind=kind.one, uid__in=_uids(posted.getlist("value")))
        return list(rows.order_by("position", "pk").values_list("pk", flat=True))
    if known.type == "visibility":
        if posted.get("value") not in Visibility.values:
            raise Refused(_("Choose who sees it."))
        return posted["value"]
    value = _typed(known, posted)
    if known.required and value in (None, ""):
        raise Refused(_("This cannot be empty."))
    if known.custom:
        return values.read(known, value)
    return _column(kind, known, value)


def _typed(known: Fact, posted: Any) -> Any:
    """What a form says of a value, in the form programs would send it."""
    if known.type == "choices":
        return posted.getlist("value")
    if known.type == "money" and known.custom:
        amount = posted.get("value", "").strip()
        return {"amount": amount, "currency": posted.get("currency", "")} if amount else None
    if known.type == "date_range":
        both = {"from": posted.get("from", ""), "to": posted.get("to", "")}
        return both if any(both.values()) else None
    return posted.get("value", "").strip()


def _column(kind: Kind, known: Fact, value: str) -> Any:
    column: Any = kind.model._meta.get_field(known.column)
    if known.type == "words":
        return [word.lower() for word in value.replace(",", " ").split()][:50]
    if known.type in ("number", "money", "date") and value == "":
        return None
    if known.type == "link" and value:
        value = value if "//" in value else f"https://{value}"
        try:
            URLValidator(["http", "https"])(value)
        except ValidationError as error:
            raise Refused(_("A link begins with https://.")) from error
    try:
        cleaned = column.to_python(value)
        if column.max_length and isinstance(cleaned, str) and len(cleaned) > column.max_length:
            raise Refused(
                _("This is longer than %(most)s characters.") % {"most": column.max_length}
            )
        return cleaned
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error


def _member(typed: str, known: Fact) -> Membership | str | None:
    for member in lists.members():
        if str(member.uid) == typed:
            return str(member.uid) if known.custom else member
    if typed:
        raise Refused(_("Choose a colleague."))
    return None


def _uids(typed: list[str]) -> list[UUID]:
    try:
        return [UUID(each) for each in typed]
    except ValueError as error:
        raise Refused(_("This is not here.")) from error


def _context(request: MemberRequest, kind: Kind, record: Any, known: Fact) -> dict[str, Any]:
    sheet = queries.sheet(kind.model, [record], request.member)
    return {
        "kind": kind,
        "record": record,
        "fact": known,
        "sheet": sheet,
        "members": lists.members() if known.type == "member" else (),
        "labels": list(sheet.labels.values()),
        "visibilities": Visibility.choices,
        "may_change": permissions.may(request.member, kind.right("change")),
    }


def seeing(request: MemberRequest, kind: Kind, uid: UUID) -> HttpResponse:
    """Who sees a record and why: a part of its page."""
    record = kind.get(request.member, uid)
    context = {
        "kind": kind,
        "record": record,
        "seeing": queries.who_sees(record),
        "may_change": permissions.may(request.member, kind.right("change")),
    }
    return render(request, "crm/fields/seeing.html", context)
