"""The page of one record, and a record typed in by hand."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render

from crm.fields.queries import sheet
from crm.fields.views.kinds import Kind, Refused
from crm.ui.render import page_or_part
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest

NEW, OFFERS = "crm/fields/new.html", "crm/fields/offers.html"


def one(request: MemberRequest, kind: Kind, uid: UUID) -> HttpResponse:
    """One record with what is known of it, and whatever its kind adds."""
    row = kind.get(request.member, uid)
    context = {
        "place": kind.many,
        "kind": kind,
        "record": row,
        "sheet": sheet(kind.model, [row], request.member),
        "may_change": permissions.may(request.member, kind.right("change")),
        "may_delete": permissions.may(request.member, kind.right("delete")),
        **kind.around(request, row),
    }
    return page_or_part(request, kind.page, context, part=kind.part)


def new(request: MemberRequest, kind: Kind) -> HttpResponse:
    """A record typed in by hand; 422 with the form where it cannot be kept."""
    permissions.require(request.member, kind.right("change"))
    form = kind.form(request)
    if request.method == "POST" and form.is_valid():
        try:
            made = kind.make(request, form)
            return redirect(kind.address(request, kind.one, made.uid))
        except Refused as error:
            form.add_error(error.field or None, str(error))
    context = {"place": kind.many, "form": form, "kind": kind}
    status = 422 if form.errors else 200
    return page_or_part(request, NEW, context, part="form", status=status)


def names(request: MemberRequest, kind: Kind) -> HttpResponse:
    """Records whose name begins with `?value=`: what a field offers while one types."""
    typed = request.GET.get("value", request.GET.get(kind.one, "")).strip()[:100]
    found = kind.find(request.member, typed) if typed else []
    return render(request, OFFERS, {"names": [row.name for row in found]})
