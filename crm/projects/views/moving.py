"""Projects moved on."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crm.deals.views.answers import done, outdated, refused, seen
from crm.fields import actions as records
from crm.projects import actions
from crm.projects.models import Phase
from crm.projects.views.kind import PROJECTS
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest


@require_POST
def move(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """POST `to`, the phase's id, and the `version` that was seen."""
    permissions.require(request.member, "projects.change")
    row = PROJECTS.get(request.member, uid)
    phase = phase_named(request.POST.get("to") or request.GET.get("to", ""))
    before = row.phase
    try:
        actions.move_project(
            project=row, to=phase, by=request.member, at=timezone.now(), version=seen(request)
        )
    except records.Outdated as error:
        return refused(outdated(error), 409)
    undo = reverse("projects:project_phase", args=[workspace, uid]) + f"?to={before.uid}"
    words = {"project": row.name, "phase": phase.name}
    return done(_("%(project)s is in %(phase)s now") % words, undo if before != phase else "")


def phase_named(typed: str) -> Phase:
    """The phase of this id, or 404."""
    try:
        found = Phase.objects.filter(uid=UUID(typed)).select_related("board").first()
    except ValueError:
        found = None
    if found is None:
        raise Http404
    phase: Phase = found
    return phase
