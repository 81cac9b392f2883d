"""The page of one record, and a record typed in by hand."""

import json
from uuid import UUID

from django.db import transaction
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from crm.fields import actions
from crm.fields.models import Record
from crm.fields.queries import merged, sheet
from crm.fields.queries.naming import Namesakes
from crm.fields.views import asking, lines, lists, merging
from crm.fields.views.kinds import Kind, Refused
from crm.ui.render import page_or_part
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest

RECORD = "crm/fields/record.html"
NEW, OFFERS = "crm/fields/new.html", "crm/fields/offers.html"


def one(request: MemberRequest, kind: Kind, uid: UUID) -> HttpResponse:
    """One record with what is known of it, and whatever its kind adds."""
    try:
        row = kind.get(request.member, uid, to_show=True)
    except Http404:
        stayed = merged.stayed(request.member, kind.model, uid)
        if stayed is None:
            raise
        return redirect(kind.address(request, kind.one, stayed.uid))
    context = {
        "place": kind.many,
        "kind": kind,
        "record": row,
        "sheet": sheet(kind.model, [row], request.member),
        "may_change": permissions.may(request.member, kind.right("change")),
        "may_delete": permissions.may(request.member, kind.right("delete")),
        "merges": merging.merges(request, kind, row),
        "may_merge": kind.may_merge(request.member),
        **kind.around(request, row),
    }
    if request.GET.get("part") == "facts":
        return page_or_part(request, RECORD, context, part="facts")
    return page_or_part(request, kind.page, context, part=kind.part)


def new(request: MemberRequest, kind: Kind) -> HttpResponse:
    """A record typed in by hand; 422 with the form where it cannot be kept.

    With `?beside=1` it is a part of another page, which is told by `fio:made` what was made.
    """
    permissions.require(request.member, kind.right("change"))
    form, own = kind.form(request), asking.Own(request, kind)
    next(iter(form.fields.values())).widget.attrs["autofocus"] = True
    made = _made(request, kind, form, own) if request.method == "POST" else None
    if made is not None:
        address = kind.address(request, kind.one, made.uid)
        return _told(made) if "beside" in request.GET else redirect(address)
    context = {"place": kind.many, "form": form, "kind": kind, "own": own.lines()}
    context |= {"members": lists.members(), "beside": "beside" in request.GET}
    status = 422 if form.errors or own.errors else 200
    return page_or_part(request, NEW, context, part="form", status=status)


def _made(request: MemberRequest, kind: Kind, form: Form, own: asking.Own) -> Record | None:
    """The record of what was typed; None where it cannot be kept, which the form then says.

    Those it names are made on the way, so what is refused takes them back with it.
    """
    with transaction.atomic():
        own.read()
        if form.is_valid() and not own.errors:
            try:
                return kind.make(request, form, own.values)
            except Refused as error:
                form.add_error(error.field or None, str(error))
            except Namesakes as error:
                form.add_error(error.kind, str(error))
            except actions.Lacking as error:
                own.ask(error.facts)
                form.add_error(None, asking.lacking(error))
        transaction.set_rollback(True)
    return None


def _told(made: Record) -> HttpResponse:
    about = f"{made.kind()}:{made.uid}"
    return HttpResponse("", headers={"HX-Trigger": json.dumps({"fio:made": {"about": about}})})


def names(request: MemberRequest, kind: Kind) -> HttpResponse:
    """Records whose name begins with the one value asked with: what a field offers while one types.

    What the field is called in its form says nothing here.
    """
    typed = str(next(iter(request.GET.values()), "")).strip()[:100]
    found = kind.find(request.member, typed) if typed else []
    return render(request, OFFERS, {"found": lines.of(request.member, found), "typed": typed})
