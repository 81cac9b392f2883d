"""One team and who is in it."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.workspaces import actions, directory, permissions, queries
from crm.workspaces.forms.teams import TeamForm
from crm.workspaces.middleware import MemberRequest
from crm.workspaces.models import Team, TeamMember


def team(request: MemberRequest, workspace: str, team: UUID) -> HttpResponse:
    """One team: its name and its members."""
    permissions.require(request.member, "teams.change")
    row = get_object_or_404(Team, uid=team)
    inside = TeamMember.objects.filter(team=row).values_list("member__uid", flat=True)
    form = TeamForm(
        request.POST or None,
        members=directory.members(request.workspace.pk),
        teams=[each for each in queries.teams_in_order() if each.pk != row.pk],
        initial={
            "name": row.name,
            "members": [str(uid) for uid in inside],
            "parent": str(row.parent.uid) if row.parent else "",
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_team(
                team=row,
                name=form.cleaned_data["name"],
                members=form.chosen(),
                by=request.member,
                at=timezone.now(),
                parent=form.above(),
            )
            messages.success(request, _("The team is saved."))
            return redirect("workspaces:teams", workspace=workspace)
        except ValidationError as error:
            form.add_error(None, error)
    context = {"team": row, "form": form, "section": "teams"}
    return render(request, "crm/workspaces/team.html", context, status=422 if form.errors else 200)
