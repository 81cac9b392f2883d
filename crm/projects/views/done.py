"""Tasks of a project done, deleted and brought back."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crm.projects.actions import changing, deleting
from crm.projects.actions import tasks as actions
from crm.projects.views.kind import PROJECTS
from crm.projects.views.tasks import named, part, project_of
from crm.ui.render import say
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest


@require_POST
def done(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """POST `as` done or open."""
    permissions.require(request.member, "projects.change")
    row = named(request, str(uid))
    how: dict[str, Any] = {"task": row, "by": request.member, "at": timezone.now()}
    if request.POST.get("as") == "open":
        changing.reopen_task(**how)
    else:
        changing.finish_task(**how)
    return part(request, project_of(request, row))


@require_POST
def removal(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """The task and its subtasks are gone; the toast has the way back."""
    permissions.require(request.member, "projects.change")
    row = named(request, str(uid))
    project = project_of(request, row)
    deleting.delete_task(task=row, by=request.member, at=timezone.now())
    text = _("%(name)s is taken out") % {"name": row.name}
    undo = reverse("projects:tasks_undo", args=[workspace, project.uid, uid])
    return say(part(request, project), text, undo=undo, label=_("Undo"))


@require_POST
def undo(request: MemberRequest, workspace: str, uid: UUID, task: UUID) -> HttpResponse:
    """The task that was just taken out is there again, and so are its subtasks."""
    permissions.require(request.member, "projects.change")
    project = PROJECTS.get(request.member, uid)
    how: dict[str, Any] = {"by": request.member, "at": timezone.now()}
    try:
        made = deleting.bring_back_task(project=project, uid=task, **how)
    except actions.TooMany as error:
        raise Http404 from error
    if made is None:
        raise Http404
    return say(HttpResponse(status=204), _("Back again: %(subject)s") % {"subject": made.name})
