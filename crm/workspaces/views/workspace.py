"""The workspace's own settings."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.workspaces import actions, permissions
from crm.workspaces.forms.workspaces import WorkspaceForm
from crm.workspaces.middleware import MemberRequest
from crm.workspaces.models import Workspace


def workspace(request: MemberRequest, workspace: str) -> HttpResponse:
    """The workspace's name and address, and the domains among which mail is internal."""
    permissions.require(request.member, "workspace.see")
    if request.method == "POST":
        permissions.require(request.member, "workspace.change")
    row = Workspace.objects.using("system").get(pk=request.workspace.pk)
    form = WorkspaceForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        told: dict[str, Any] = {"by": request.member, "at": timezone.now()}
        data = form.cleaned_data
        if "name" in form.changed_data:
            actions.rename_workspace(workspace=row, name=data["name"], **told)
        actions.change_own_domains(workspace=row, domains=data["domains"], **told)
        messages.success(request, _("The workspace is changed."))
        return redirect("workspaces:workspace", workspace=workspace)
    return render(
        request,
        "crm/workspaces/workspace.html",
        {
            "form": form,
            "may_change": permissions.may(request.member, "workspace.change"),
            "section": "workspace",
        },
        status=422 if form.errors else 200,
    )
