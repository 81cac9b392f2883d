"""Files that become records: brought, understood, tried, imported, taken back."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.contacts import actions, queries, tasks
from crm.contacts.forms.imports import FileForm
from crm.contacts.importing.importers import IMPORTERS
from crm.contacts.models import Import
from crm.contacts.views import telling
from crm.fields import phones
from crm.fields.views.kinds import KINDS
from crm.ui.render import page_or_part
from crm.workspaces import permissions, sheets
from crm.workspaces.middleware import MemberRequest

SHOWN = 50


@require_safe
def imports(request: MemberRequest, workspace: str) -> HttpResponse:
    """Every import there was lately."""
    permissions.require(request.member, "records.import")
    rows = list(queries.imports(request.member)[:SHOWN])
    context = {"place": "imports", "imports": [telling.line(row) for row in rows]}
    return render(request, "crm/contacts/imports.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: MemberRequest, workspace: str) -> HttpResponse:
    """Bring a file; `?kind=` says of what, otherwise it is guessed."""
    permissions.require(request.member, "records.import")
    form = FileForm(
        request.POST or None,
        request.FILES or None,
        kinds=kinds(request),
        initial={"kind": request.GET.get("kind", "")},
    )
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        batch = actions.begin_import(
            data=file.read(),
            filename=file.name,
            kind=form.cleaned_data["kind"],
            region=phones.region_of(request.user.time_zone),
            by=request.member,
            at=timezone.now(),
        )
        _ring(batch)
        return redirect("contacts:import", workspace, batch.uid)
    status = 422 if form.is_bound else 200
    context = {"place": "imports", "form": form}
    return render(request, "crm/contacts/import_new.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """How far an import is; POST says what its columns mean and what becomes of duplicates."""
    batch = find(request, uid)
    if request.method == "POST":
        try:
            batch = _settle(request, batch)
        except actions.NotNow:
            messages.error(request, _("That is not possible now: look how far the import is."))
    context = {"place": "imports", **telling.page(batch, kinds(request))}
    return page_or_part(request, "crm/contacts/import.html", context, part="import")


@require_POST
def trial(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """Try it; nothing is written."""
    return _do(request, uid, lambda batch: actions.check_import(batch=batch, at=timezone.now()))


@require_POST
def run(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """Import, or go on."""

    def start(batch: Import) -> Import:
        _require(request, batch, "change")
        return actions.start_import(batch=batch, by=request.member, at=timezone.now())

    return _do(request, uid, start)


@require_POST
def stop(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """Stop where it is."""
    return _do(request, uid, lambda batch: actions.stop_import(batch=batch, at=timezone.now()))


@require_POST
def undo(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """Take all of it back."""

    def take_back(batch: Import) -> Import:
        _require(request, batch, "delete")
        return actions.undo_import(batch=batch, by=request.member, at=timezone.now())

    return _do(request, uid, take_back)


@require_safe
def leftovers(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """The rows that were not imported, with the reason, as a file to mend and bring again."""
    batch = find(request, uid)
    heading, *rows = queries.leftovers(batch, _("Why it was not imported"))
    body = "\ufeff" + "".join(sheets.lines(heading, rows))
    answer = HttpResponse(body, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="not-imported.csv"'
    return answer


def find(request: MemberRequest, uid: UUID) -> Import:
    """An import the member may see, or 404."""
    permissions.require(request.member, "records.import")
    batch = queries.imports(request.member).filter(uid=uid).first()
    if batch is None:
        raise Http404
    return batch


def kinds(request: MemberRequest) -> list[tuple[str, Any]]:
    """The kinds of record a member may import, with their words."""
    return [
        (word, kind.titles["many"])
        for word, kind in KINDS.items()
        if word in IMPORTERS and permissions.may(request.member, kind.right("change"))
    ]


def _require(request: MemberRequest, batch: Import, what: str) -> None:
    if batch.kind in IMPORTERS:
        permissions.require(request.member, f"{IMPORTERS[batch.kind].model.MANY}.{what}")


def _do(request: MemberRequest, uid: UUID, act: Callable[[Import], Import]) -> HttpResponse:
    batch = find(request, uid)
    try:
        _ring(act(batch))
    except actions.NotNow:
        messages.error(request, _("That is not possible now: look how far the import is."))
    return redirect("contacts:import", request.workspace.slug, batch.uid)


def _settle(request: MemberRequest, batch: Import) -> Import:
    posted = request.POST
    chosen = posted.getlist("to")
    return actions.settle_import(
        batch=batch,
        kind=posted.get("kind"),
        mapping=[{"to": name} for name in chosen] if chosen else None,
        policy=posted.get("policy"),
        day_order=posted.get("day_order"),
    )


def _ring(batch: Import) -> None:
    here, pk = batch.workspace_id, batch.pk
    if batch.is_busy:
        transaction.on_commit(lambda: tasks.ring(workspace_id=here, import_id=pk))
