"""Tasks of a project in another order."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from crm.fields.actions.ordering import put_in_order
from crm.projects.actions import tasks as actions
from crm.projects.models import Task
from crm.projects.views.kind import PROJECTS
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest


@require_POST
def order(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """POST `uid`… of tasks that stand beside each other, in the order wanted."""
    permissions.require(request.member, "projects.change")
    project = PROJECTS.get(request.member, uid)
    try:
        uids = [UUID(each) for each in request.POST.getlist("uid")[: actions.MOST]]
    except ValueError as error:
        raise Http404 from error
    first = Task.objects.filter(project=project, uid__in=uids).first()
    if first is not None:
        rows = Task.objects.filter(project=project, parent=first.parent_id)
        put_in_order(
            rows,
            uids,
            verb="project.tasks_ordered",
            about=project,
            by=request.member,
            at=timezone.now(),
        )
    return HttpResponse(status=204)
