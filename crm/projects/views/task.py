"""One task of a project, shown and changed."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from crm.fields.views import lists
from crm.projects.actions import changing
from crm.projects.forms import TaskForm
from crm.projects.models import Task
from crm.projects.views.tasks import named, part, project_of
from crm.timeline.views import moments
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest
from crm.workspaces.models import Membership


@require_http_methods(["GET", "HEAD", "POST"])
def task(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """GET the form of a task, in its place; POST changes it. 409 where somebody else did."""
    row = named(request, str(uid))
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
        version = moments.version_in(request.POST.get("version", ""))
        try:
            changing.change_task(task=row, values=form.values(), version=version, **how)
        except changing.Outdated as error:
            return _form(request, named(request, str(uid)), form, status=409, who=error.by)
        return part(request, project_of(request, row))
    return _form(request, row, form, status=422 if form.errors else 200)


def _offered(row: Task) -> list[Membership]:
    """Whom it may be given to, and whoever has it: he keeps it while something else is changed."""
    found = lists.members()
    return found if row.assignee is None or row.assignee in found else [*found, row.assignee]


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
