"""Moving projects on."""

from datetime import datetime

from crm.fields import actions as records
from crm.projects.actions.projects import about
from crm.projects.models import Phase, Project
from crm.workspaces.models import Membership


def move_project(
    *,
    project: Project,
    to: Phase,
    by: Membership,
    at: datetime,
    version: int | None = None,
    strict: bool = False,
) -> Project:
    """Put a project into another phase, of its own or of another board; raises Outdated."""
    if to.pk == project.phase_id:
        return project
    return records.change(
        project,
        {"phase": to, "board": to.board, "phase_since": at},
        by=by,
        at=at,
        version=version,
        strict=strict,
        verb="project.moved",
        about=about(project),
    )
