"""The tasks of a project: a part of its page."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from crm.fields.actions.ordering import put_in_order
from crm.fields.views import lists
from crm.projects import queries
from crm.projects.actions import tasks as actions
from crm.projects.forms import TaskForm
from crm.projects.models import Project, Task
from crm.projects.views.kind import PROJECTS
from crm.timeline.views import asking
from crm.ui.render import say
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest
from crm.workspaces.models import Membership


@require_http_methods(["GET", "HEAD", "POST"])
def tasks(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """GET all of them; POST `name`, `due_on`, `assignee` and `parent` adds one."""
    project = PROJECTS.get(request.member, uid)
    if request.method != "POST":
        return _part(request, project)
    permissions.require(request.member, "projects.change")
    form = TaskForm(request.POST, members=lists.members())
    parent = _named(request, request.POST["parent"]) if request.POST.get("parent") else None
    if parent is not None and parent.project_id != project.pk:
        raise Http404
    if not form.is_valid():
        return _part(request, project, status=422, error=_("Say what is to be done."))
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
        return _part(request, project, status=422, error=_("No more tasks fit in here."))
    return _part(request, project, added=str(parent.uid) if parent else "here")


@require_http_methods(["GET", "HEAD", "POST"])
def task(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """GET the form of a task, in its place; POST changes it. 409 where somebody else did."""
    row = _named(request, str(uid))
    permissions.require(request.member, "projects.change")
    initial = {
        "name": row.name,
        "due_on": row.due_on.isoformat() if row.due_on else "",
        "assignee": str(row.assignee.uid) if row.assignee else "",
    }
    form = TaskForm(
        request.POST or None,
        members=_offered(row),
        initial=initial,
        auto_id=f"task-{row.uid}-%s",
    )
    if request.method == "POST" and form.is_valid():
        how: dict[str, Any] = {"by": request.member, "at": timezone.now()}
        version = asking.version_in(request.POST.get("version", ""))
        try:
            actions.change_task(task=row, values=form.values(), version=version, **how)
        except actions.Outdated as error:
            return _form(request, _named(request, str(uid)), form, status=409, who=error.by)
        return _part(request, _project(request, row))
    return _form(request, row, form, status=422 if form.errors else 200)


def _offered(row: Task) -> list[Membership]:
    """Whom it may be given to, and whoever has it: he keeps it while something else is changed."""
    found = lists.members()
    return found if row.assignee is None or row.assignee in found else [*found, row.assignee]


@require_POST
def done(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """POST `as` done or open."""
    permissions.require(request.member, "projects.change")
    row = _named(request, str(uid))
    how: dict[str, Any] = {"task": row, "by": request.member, "at": timezone.now()}
    if request.POST.get("as") == "open":
        actions.reopen_task(**how)
    else:
        actions.finish_task(**how)
    return _part(request, _project(request, row))


@require_POST
def removal(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """The task and its subtasks are gone; the toast has the way back."""
    permissions.require(request.member, "projects.change")
    row = _named(request, str(uid))
    project = _project(request, row)
    actions.delete_task(task=row, by=request.member, at=timezone.now())
    text = _("%(name)s is taken out") % {"name": row.name}
    undo = reverse("projects:tasks_undo", args=[workspace, project.uid, uid])
    return say(_part(request, project), text, undo=undo, label=_("Undo"))


@require_POST
def undo(request: MemberRequest, workspace: str, uid: UUID, task: UUID) -> HttpResponse:
    """The task that was just taken out is there again, and so are its subtasks."""
    permissions.require(request.member, "projects.change")
    project = PROJECTS.get(request.member, uid)
    how: dict[str, Any] = {"by": request.member, "at": timezone.now()}
    try:
        made = actions.bring_back_task(project=project, uid=task, **how)
    except actions.TooMany as error:
        raise Http404 from error
    if made is None:
        raise Http404
    return say(HttpResponse(status=204), _("Back again: %(subject)s") % {"subject": made.name})


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


def _part(
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


def _form(
    request: MemberRequest,
    row: Task,
    form: TaskForm,
    *,
    status: int,
    who: Membership | None = None,
) -> HttpResponse:
    """The form in the place of its task; 409 with what somebody else wrote meanwhile."""
    context = {"task": row, "form": form, "outdated": status == 409, "who": who}
    response = render(request, "crm/projects/task_form.html", context, status=status)
    if request.method == "POST":
        # What is saved shows all tasks anew, what is refused only this one
        response.headers["HX-Retarget"] = f"#task-{row.uid}"
    return response


def _named(request: MemberRequest, typed: str) -> Task:
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


def _project(request: MemberRequest, row: Task) -> Project:
    project: Project = PROJECTS.get(request.member, row.project.uid)
    return project
