"""Ending a workspace, with a time to think again."""

from smtplib import SMTPException

from django.conf import settings
from django.contrib import messages
from django.core.mail import send_mail
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from crm.workspaces import actions, confirmation, directory, permissions
from crm.workspaces.forms.departure import ClosingForm
from crm.workspaces.middleware import MemberRequest
from crm.workspaces.models import Role, Workspace
from crm.workspaces.views.departure import page


@confirmation.required()
@require_POST
def closing(request: MemberRequest, workspace: str) -> HttpResponse:
    """Close the workspace; its name, typed, says that it is meant."""
    permissions.require(request.member, "workspace.end")
    form = ClosingForm(request.POST, workspace=request.workspace)
    if not form.is_valid():
        return page(request, form, status=422)
    row = actions.close_workspace(workspace=request.workspace, by=request.member, at=timezone.now())
    transaction.on_commit(lambda: _tell_owners(row))
    return redirect("workspaces:closed", workspace=workspace)


def _tell_owners(row: Workspace) -> None:
    """So that no owner learns of it too late; what cannot be sent stands on the page."""
    if not settings.MAIL_IS_SENT:
        return
    for member in directory.members(row.pk):
        if member.role != Role.OWNER:
            continue
        with override(member.user.language):
            subject = _("%(name)s will be deleted") % {"name": row.name}
            words = {"workspace": row, "site_url": settings.SITE_URL}
            text = render_to_string("crm/workspaces/closed.txt", words)
        try:
            send_mail(" ".join(subject.split()), text, None, [member.email])
        except (OSError, SMTPException):
            return


@never_cache
@require_GET
def closed(request: MemberRequest, workspace: str) -> HttpResponse:
    """What everybody sees of a workspace that is closed."""
    if request.workspace.closed_at is None:
        return redirect("workspaces:workspace_home", workspace=workspace)
    context = {"may_end": permissions.may(request.member, "workspace.end")}
    return render(request, "crm/workspaces/closed.html", context)


@confirmation.required()
@require_POST
def reopening(request: MemberRequest, workspace: str) -> HttpResponse:
    """Think again."""
    permissions.require(request.member, "workspace.end")
    actions.reopen_workspace(workspace=request.workspace, by=request.member, at=timezone.now())
    messages.success(request, _("The workspace is open again."))
    return redirect("workspaces:workspace_home", workspace=workspace)
