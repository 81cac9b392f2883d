"""Where one lands, and how one gets from workspace to workspace."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from crm.workspaces import actions, directory
from crm.workspaces.forms.workspaces import NewWorkspaceForm
from crm.workspaces.models import Membership, User


@never_cache
@login_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """To the inbox of the workspace used last; without one, to make one."""
    member = directory.last_used(cast(User, request.user))
    return redirect(inbox(member)) if member else redirect("workspaces:new")


@require_GET
def workspace_home(request: HttpRequest, workspace: str) -> HttpResponse:
    return redirect(f"/{workspace}/inbox/")


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """One more workspace, with its maker as the owner."""
    form = NewWorkspaceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        member = actions.create_workspace(
            name=form.cleaned_data["name"], owner=cast(User, request.user), at=timezone.now()
        )
        return redirect(inbox(member))
    return render(
        request, "crm/workspaces/new.html", {"form": form}, status=422 if form.errors else 200
    )


@never_cache
@login_required
@require_GET
def switcher(request: HttpRequest) -> HttpResponse:
    """The menu of every workspace of the user; `?current=` is the one he is in."""
    context = {
        "memberships": directory.memberships(cast(User, request.user)),
        "current": request.GET.get("current", ""),
    }
    return render(request, "crm/workspaces/switcher.html", context)


def inbox(member: Membership) -> str:
    """Pages are composed by address: the inbox's code is not known here."""
    return f"/{member.workspace.slug}/inbox/"
