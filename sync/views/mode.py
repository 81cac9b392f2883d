"""Changing the mode of a mailbox: what it means for whom, before it is done."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crm.workspaces import confirmation, directory, queries
from crm.workspaces.middleware import MemberRequest
from crm.workspaces.models import Membership
from inbox.models import Mailbox
from inbox.queries import modes, sidebar, workers
from sync.actions import mode as actions
from sync.forms import HandoverForm, OwnerForm
from sync.queries import managing
from sync.views.health import find

Form = HandoverForm | OwnerForm


@require_http_methods(["GET", "HEAD", "POST"])
@confirmation.required()
def mode(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """What another mode would change for whom; POST changes it."""
    box = find(request, uid, manage=True)
    may = actions.may_change(request.member, box)
    if request.method == "POST" and not may:
        raise PermissionDenied("mailbox")
    inside = _inside(box)
    form = _form(request, box, inside)
    if request.method == "POST" and form.is_valid():
        try:
            _change(request, box, form)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _said(box, form))
            sees = managing.boxes(request.member).filter(pk=box.pk).exists()
            where = ("sync:mailbox", workspace, uid) if sees else ("sync:health", workspace)
            return redirect(*where)
    context = {
        "place": "health",
        "side": sidebar.side(request.member),
        "mailbox": box,
        "is_team": box.kind == Mailbox.Kind.TEAM,
        "may_change": may,
        "effect": modes.effect(box),
        "inside": [each.name for each in inside],
        "form": form,
    }
    return render(request, "sync/mode.html", context, status=422 if form.errors else 200)


def _inside(box: Mailbox) -> list[Membership]:
    """Who works in it now, by name."""
    ids = workers.ids([box.pk])
    return [each for each in directory.colleagues(box.workspace_id) if each.pk in ids]


def _form(request: MemberRequest, box: Mailbox, inside: list[Membership]) -> Form:
    if box.kind == Mailbox.Kind.TEAM:
        return OwnerForm(request.POST or None, inside=inside)
    return HandoverForm(
        request.POST or None,
        initial={"members": [str(request.member.uid)]},
        all_teams=[team for team, _inside in queries.teams()],
        all_members=directory.members(request.workspace.pk),
    )


def _change(request: MemberRequest, box: Mailbox, form: Form) -> None:
    told: dict[str, Any] = {"by": request.member, "mailbox": box, "at": timezone.now()}
    if isinstance(form, OwnerForm):
        actions.give_to_member(**told, owner=form.chosen())
        return
    actions.give_to_team(
        **told,
        members=form.chosen("members"),
        teams=form.chosen("teams"),
        with_secrets=form.cleaned_data["with_secrets"],
    )


def _said(box: Mailbox, form: Form) -> str:
    if isinstance(form, OwnerForm):
        text = _("%(address)s is the own mailbox of %(name)s now.")
        return text % {"address": box.address, "name": form.chosen().name}
    return _("%(address)s is a team’s mailbox now.") % {"address": box.address}
