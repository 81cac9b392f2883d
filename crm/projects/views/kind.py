"""Projects as the common pages see them."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy

from crm.fields.views import lists
from crm.fields.views.kinds import Kind
from crm.projects import queries
from crm.projects.models import Phase, Project
from crm.projects.views import making
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest


def _loaded(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.select_related("owner", "person", "organization", "phase", "board")


def _around(request: MemberRequest, row: Project) -> dict[str, Any]:
    """Its way through the phases, its tasks, and what it has to do with."""
    return {
        "phases": list(Phase.objects.filter(board=row.board_id).order_by("position", "pk")),
        "branches": queries.tasks_of(row),
        "links": queries.links_of(row, request.member),
        "members": lists.members(),
        "today": timezone.localdate(),
        "may_settle": permissions.may(request.member, "boards.change"),
    }


PROJECTS = Kind(
    model=Project,
    titles={
        "many": gettext_lazy("Projects"),
        "new": gettext_lazy("Add a project"),
        "find": gettext_lazy("Find a project"),
        "hint": gettext_lazy("Title, person or organization"),
        "empty": gettext_lazy("No projects yet"),
        "empty_text": gettext_lazy(
            "What was sold is done here. Start one from a deal that is won, or add it by hand."
        ),
        "back": gettext_lazy("Back to the board"),
    },
    icon="project",
    apart=("organization", "person", "phase"),
    columns=(
        "phase", "status", "organization", "person", "starts_on", "due_on", "labels", "owner",
    ),
    page="crm/projects/project.html",
    part="head",
    form=making.form,
    make=making.make,
    around=_around,
    loaded=_loaded,
    table="projects_list",
    around_whom=queries.of_contact,
    template="crm/projects/list.html",
)  # fmt: skip
