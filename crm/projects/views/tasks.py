"""The tasks of a project: a part of its page."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crm.fields.views import lists
from crm.projects import queries
from crm.projects.actions import tasks as actions
from crm.projects.forms import TaskForm
from crm.projects.models import Project, Task
from crm.projects.views.kind import PROJECTS
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest


@require_http_methods(["GET", "HEAD", "POST"])
def tasks(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """GET all of them; POST `name`, `due_on`, `assignee` and `parent` adds one."""
    project = PROJECTS.get(request.member, uid)
    if request.method != "POST":
        return part(request, project)
    permissions.require(request.member, "projects.change")
    form = TaskForm(request.POST, members=lists.members())
    parent = named(request, request.POST["parent"]) if request.POST.get("parent") else None
    if parent is not None and parent.project_id != project.pk:
        raise Http404
    if not form.is_valid():
        return part(request, project, status=422, error=_("Say what is to be done."))
    values = form.values()
    try:
        actions.create_task(
            project=project,
            name=values.pop("name"),
            parent=parent,
            values=values,
            by=request.member,
            at=timezone.now(),
        )
    except (actions.TooMany, actions.TooDeep):
        return part(request, project, status=422, error=_("No more tasks fit in here."))
    return part(request, project, added=str(parent.uid) if parent else "here")


def part(
    request: MemberRequest, project: Project, *, status: int = 200, error: str = "", added: str = ""
) -> HttpResponse:
    context = {
        "record": project,
        "branches": queries.tasks_of(project),
        "members": lists.members(),
        "today": timezone.localdate(),
        "error": error,
        "added": added,
        "typed": request.POST if error else {},
        "may_change": permissions.may(request.member, "projects.change"),
    }
    return render(request, "crm/projects/tasks.html", context, status=status)


def named(request: MemberRequest, typed: str) -> Task:
    """The task of this id in a project that the member sees, or 404."""
    try:
        uid = UUID(typed)
    except ValueError as error:
        raise Http404 from error
    seen = Project.objects.visible_to(request.member)
    rows = Task.objects.filter(uid=uid, project__in=seen)
    found: Task | None = rows.select_related("project", "assignee").first()
    if found is None:
        raise Http404
    return found


def project_of(request: MemberRequest, row: Task) -> Project:
    project: Project = PROJECTS.get(request.member, row.project.uid)
    return project
