"""The addresses every kind of record has, for the URLconf of its app."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.fields.views import bulk, facts, lists, pages, seeing
from crm.fields.views.kinds import Kind, register
from crm.workspaces.middleware import MemberRequest

View = Callable[..., HttpResponse]


def addresses(kind: Kind, *, listed: View | None = None) -> list[URLPattern]:
    """`people`, `people_bulk`, `_undo`, `_trash`, `_restore`; `person`, `person_new`, `_names`,
    `_fact`, `_seeing`. Registers the kind.
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

    def doing(what: Callable[[MemberRequest, Kind], HttpResponse]) -> Any:
        def done(request: MemberRequest, workspace: str) -> HttpResponse:
            return what(request, kind)

        return require_POST(done)

    both = require_http_methods(["GET", "HEAD", "POST"])
    return [
        path("", listed or require_safe(records), name=kind.many),
        path("new/", both(new), name=f"{kind.one}_new"),
        path("names/", require_safe(names), name=f"{kind.one}_names"),
        path("<uuid:uid>/", require_safe(one), name=kind.one),
        path("bulk/", doing(bulk.change), name=f"{kind.many}_bulk"),
        path("undo/", doing(bulk.undo), name=f"{kind.many}_undo"),
        path("trash/", doing(bulk.trash), name=f"{kind.many}_trash"),
        path("restore/", doing(bulk.restore), name=f"{kind.many}_restore"),
        path("<uuid:uid>/facts/<slug:fact>/", both(fact), name=f"{kind.one}_fact"),
        path("<uuid:uid>/seeing/", require_safe(seen), name=f"{kind.one}_seeing"),
    ]
