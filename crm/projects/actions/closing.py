"""Ending projects and taking them up again."""

from datetime import datetime

from crm.fields import actions as records
from crm.projects.actions.projects import about
from crm.projects.models import Project
from crm.workspaces.models import Membership


def close_project(
    *,
    project: Project,
    status: str,
    by: Membership,
    at: datetime,
    version: int | None = None,
    strict: bool = False,
) -> Project:
    """Done, cancelled, or open again, as `status` says; raises Outdated."""
    is_open = status == Project.Status.OPEN
    values = {"status": status, "closed_at": None if is_open else at}
    verb = "project.reopened" if is_open else f"project.{status}"
    return records.change(
        project,
        values,
        by=by,
        at=at,
        version=version,
        strict=strict,
        verb=verb,
        about=about(project),
    )
