"""A project typed in by hand."""

from typing import Any

from django.utils import timezone

from crm.contacts import actions as contacts
from crm.fields.forms import named
from crm.projects import actions
from crm.projects.forms import ProjectForm
from crm.projects.models import Phase, Project, Template
from crm.projects.views import boards
from crm.workspaces.middleware import MemberRequest


def form(request: MemberRequest) -> ProjectForm:
    """What is asked about a new project, in `?phase=` or the first phase."""
    found = Phase.objects.filter(board__in=boards.offered(request)).select_related("board")
    asked = request.GET
    return ProjectForm(
        request.POST or None,
        phases=list(found.order_by("board__position", "board", "position", "pk")),
        templates=list(Template.objects.order_by("position", "pk")),
        initial={"phase": asked.get("phase", ""), "name": asked.get("name", "")[:200]}
        | {name: named(asked, name) for name in ("organization", "person")},
    )


def make(request: MemberRequest, typed: ProjectForm, custom: dict[str, Any]) -> Project:
    """The project of a form."""
    given, by, at = typed.cleaned_data, request.member, timezone.now()
    values = {"starts_on": given["starts_on"], "due_on": given["due_on"], "custom": custom}
    if given["organization"]:
        values["organization"] = contacts.organization_named(
            meant=given["organization"], by=by, at=at
        )
    if given["person"]:
        values["person"] = contacts.person_named(meant=given["person"], by=by, at=at)
    return actions.create_project(
        name=given["name"],
        phase=typed.chosen_phase(),
        values=values,
        template=typed.chosen_template(),
        by=by,
        at=at,
    )
