"""The addresses every kind of record has, for the URLconf of its app, and those of all together."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.fields.views import (
    audit,
    bulk,
    facts,
    filtering,
    lists,
    merging,
    own,
    pages,
    pairs,
    picking,
    related,
    saved,
    seeing,
    sheets,
    transfer,
    trash,
    unmerging,
)
from crm.fields.views.kinds import Kind, register
from crm.workspaces.middleware import MemberRequest

app_name = "fields"
View = Callable[..., HttpResponse]

urlpatterns = [
    path("trash/", trash.trashed, name="trash"),
    path("picker/", picking.picker, name="picker"),
    path("settings/members/<uuid:uid>/records/", transfer.transfer, name="transfer"),
    path("settings/transfers/<uuid:uid>/return/", transfer.give_back, name="transfer_undo"),
    path("settings/audit/records/", audit.audit, name="audit"),
    path("settings/fields/", own.fields, name="fields"),
    path("settings/fields/order/", own.order, name="fields_order"),
    path("settings/fields/<uuid:uid>/", own.field, name="field"),
    path("settings/fields/<uuid:uid>/archive/", own.archive, name="field_archive"),
    path("settings/fields/<uuid:uid>/choices/", own.choices, name="choices"),
    path("settings/fields/<uuid:uid>/choices/<slug:key>/", own.choice, name="choice"),
]


def addresses(kind: Kind, *, listed: View | None = None) -> list[URLPattern]:
    """`people`, `people_bulk`, `_undo`, `_trash`, `_restore`, `_removal`; `person`, `person_new`,
    `_names`, `_fact`, `_seeing`. Registers the kind.
    """
    register(kind)

    def records(request: MemberRequest, workspace: str) -> HttpResponse:
        return lists.records(request, kind)

    def fact(request: MemberRequest, workspace: str, uid: UUID, fact: str) -> HttpResponse:
        return facts.fact(request, kind, uid, fact)

    def seen(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
        return seeing.seeing(request, kind, uid)

    def one(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
        return pages.one(request, kind, uid)

    def new(request: MemberRequest, workspace: str) -> HttpResponse:
        return pages.new(request, kind)

    def names(request: MemberRequest, workspace: str) -> HttpResponse:
        return pages.names(request, kind)

    def view(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
        return saved.change(request, kind, uid)

    def sheet(request: MemberRequest, workspace: str) -> HttpResponseBase:
        return sheets.sheet(request, kind)

    def doing(what: Callable[[MemberRequest, Kind], HttpResponse]) -> Any:
        return require_POST(of_all(what))

    def of_all(what: Callable[[MemberRequest, Kind], HttpResponse]) -> Any:
        def done(request: MemberRequest, workspace: str) -> HttpResponse:
            return what(request, kind)

        return done

    both = require_http_methods(["GET", "HEAD", "POST"])
    return [
        path("", listed or require_safe(records), name=kind.many),
        path("new/", both(new), name=f"{kind.one}_new"),
        path("names/", require_safe(names), name=f"{kind.one}_names"),
        path("sheet/", require_safe(sheet), name=f"{kind.many}_sheet"),
        path("<uuid:uid>/", require_safe(one), name=kind.one),
        path("filter/", both(of_all(filtering.builder)), name=f"{kind.many}_filter"),
        path("views/", doing(saved.make), name=f"{kind.many}_saving"),
        path("views/<uuid:uid>/", require_POST(view), name=f"{kind.one}_view"),
        path("bulk/", doing(bulk.change), name=f"{kind.many}_bulk"),
        path("bulk/fact/", require_safe(of_all(bulk.choice)), name=f"{kind.many}_choice"),
        path("undo/", doing(bulk.undo), name=f"{kind.many}_undo"),
        path("trash/", doing(bulk.trash), name=f"{kind.many}_trash"),
        path("restore/", doing(bulk.restore), name=f"{kind.many}_restore"),
        path("removal/", doing(trash.removal), name=f"{kind.many}_removal"),
        path("<uuid:uid>/facts/<slug:fact>/", both(fact), name=f"{kind.one}_fact"),
        path("<uuid:uid>/seeing/", require_safe(seen), name=f"{kind.one}_seeing"),
        *(_joining(kind) if kind.model.ALIKE else ()),
    ]


def _joining(kind: Kind) -> list[URLPattern]:
    """`people_duplicates`, `people_dismissal`, `person_related`, `person_merge`, `_unmerge`."""

    def duplicates(request: MemberRequest, workspace: str) -> HttpResponse:
        return pairs.duplicates(request, kind)

    def of_one(what: Callable[[MemberRequest, Kind, UUID], HttpResponse]) -> Any:
        def done(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
            return what(request, kind, uid)

        return done

    both = require_http_methods(["GET", "HEAD", "POST"])
    one, many = kind.one, kind.many
    dismissal = require_POST(of_one(pairs.dismissal))
    unmerge = require_POST(of_one(unmerging.unmerge))
    return [
        path("duplicates/", require_safe(duplicates), name=f"{many}_duplicates"),
        path("duplicates/<uuid:uid>/", dismissal, name=f"{many}_dismissal"),
        path("<uuid:uid>/related/", require_safe(of_one(related.related)), name=f"{one}_related"),
        path("<uuid:uid>/merge/", both(of_one(merging.merge)), name=f"{one}_merge"),
        path("<uuid:uid>/unmerge/", unmerge, name=f"{one}_unmerge"),
    ]
