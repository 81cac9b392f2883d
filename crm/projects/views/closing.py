"""Projects ended, and taken up again."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crm.deals.views.answers import done, outdated, refused, seen
from crm.fields import actions as records
from crm.projects import actions
from crm.projects.views.kind import PROJECTS
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest


@require_POST
def closure(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """POST `as` done, cancelled or open."""
    permissions.require(request.member, "projects.change")
    row = PROJECTS.get(request.member, uid)
    how = request.POST.get("as") or request.GET.get("as", "")
    words = {
        "done": _("%(project)s is done"),
        "cancelled": _("%(project)s is cancelled"),
        "open": _("%(project)s is in progress again"),
    }
    if how not in words:
        raise Http404
    before = row.status
    try:
        actions.close_project(
            project=row, status=how, by=request.member, at=timezone.now(), version=seen(request)
        )
    except records.Outdated as error:
        return refused(outdated(error), 409)
    undo = reverse("projects:project_closure", args=[workspace, uid]) + f"?as={before}"
    return done(words[how] % {"project": row.name}, undo if before != how else "")
