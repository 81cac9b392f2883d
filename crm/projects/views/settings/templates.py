"""Settings: templates of projects."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from crm.deals.views.settings.ordering import ordered
from crm.projects.actions import templates as actions
from crm.projects.forms import TemplateForm
from crm.projects.forms.steps import write_tasks
from crm.projects.models import Template
from crm.projects.views.boards import offered
from crm.projects.views.kind import PROJECTS
from crm.projects.views.settings.boards import RIGHT
from crm.ui.render import say
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest

PAGE = "crm/projects/settings/template.html"


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: MemberRequest, workspace: str) -> HttpResponse:
    """A template typed in."""
    permissions.require(request.member, RIGHT)
    form = TemplateForm(request.POST or None, boards=offered(request))
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        actions.create_template(
            name=name, values=form.values(), by=request.member, at=timezone.now()
        )
        messages.success(request, _("Saved."))
        return redirect("projects:boards", workspace)
    context = {"section": "boards", "form": form}
    return render(request, PAGE, context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def template(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """One template and its tasks; POST `remove` takes it off the list."""
    permissions.require(request.member, RIGHT)
    row = get_object_or_404(Template.objects.select_related("board"), uid=uid)
    if request.POST.get("remove"):
        actions.delete_template(template=row, by=request.member, at=timezone.now())
        messages.success(request, _("“%(name)s” is off the list.") % {"name": row.name})
        return redirect("projects:boards", workspace)
    boards = offered(request)
    known = boards if row.board in boards else [*boards, row.board]
    initial = {
        "name": row.name,
        "board": str(row.board.uid),
        "days": row.days,
        "tasks": write_tasks(row.tasks),
    }
    form = TemplateForm(request.POST or None, boards=known, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = {"name": form.cleaned_data["name"]} | form.values()
        actions.change_template(template=row, values=values, by=request.member, at=timezone.now())
        messages.success(request, _("Saved."))
        return redirect("projects:boards", workspace)
    context = {"section": "boards", "form": form, "template": row}
    return render(request, PAGE, context, status=422 if form.errors else 200)


@require_POST
def order(request: MemberRequest, workspace: str) -> HttpResponse:
    return ordered(request, Template.objects.all(), "template.ordered", right=RIGHT)


@require_POST
def from_project(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """A template with the tasks of this project, under its name."""
    permissions.require(request.member, RIGHT)
    project = PROJECTS.get(request.member, uid)
    made = actions.template_of(
        project=project, name=project.name, by=request.member, at=timezone.now()
    )
    text = _("The template %(name)s is made") % {"name": made.name}
    return say(HttpResponse(status=204), text)
