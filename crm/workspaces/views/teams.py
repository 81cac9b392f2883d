"""Teams, in their order."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crm.workspaces import actions, directory, permissions, queries
from crm.workspaces.forms.teams import TeamForm
from crm.workspaces.middleware import MemberRequest
from crm.workspaces.models import Team


def teams(request: MemberRequest, workspace: str) -> HttpResponse:
    """Every team, and a form for one more."""
    permissions.require(request.member, "members.see")
    form = TeamForm(
        request.POST or None,
        members=directory.members(request.workspace.pk),
        teams=queries.teams_in_order(),
    )
    if request.method == "POST":
        permissions.require(request.member, "teams.change")
        if form.is_valid():
            try:
                actions.create_team(
                    name=form.cleaned_data["name"],
                    members=form.chosen(),
                    by=request.member,
                    at=timezone.now(),
                    parent=form.above(),
                )
                return redirect("workspaces:teams", workspace=workspace)
            except ValidationError as error:
                form.add_error(None, error)
    context = {
        "teams": queries.teams(),
        "form": form,
        "may_change": permissions.may(request.member, "teams.change"),
        "section": "teams",
    }
    return render(request, "crm/workspaces/teams.html", context, status=422 if form.errors else 200)


@require_POST
def order(request: MemberRequest, workspace: str) -> HttpResponse:
    """POST `uid`… in the order they are to have."""
    permissions.require(request.member, "teams.change")
    known = {str(row.uid): row for row in Team.objects.all()}
    rows = [known[uid] for uid in dict.fromkeys(request.POST.getlist("uid")) if uid in known]
    actions.order_teams(order=rows, by=request.member, at=timezone.now())
    return HttpResponse(status=204)


@require_POST
def dissolution(request: MemberRequest, workspace: str, team: UUID) -> HttpResponse:
    permissions.require(request.member, "teams.change")
    row = get_object_or_404(Team, uid=team)
    actions.delete_team(team=row, by=request.member, at=timezone.now())
    messages.success(request, _("The team %(name)s is dissolved.") % {"name": row.name})
    return redirect("workspaces:teams", workspace=workspace)
