"""Making projects and changing them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from crm.deals.models import Deal
from crm.fields import actions as records
from crm.fields.actions.creating import default_visibility
from crm.projects.actions.filling import add_template, day_after
from crm.projects.models import Phase, Project, ProjectLink, Template
from crm.workspaces.models import Membership


def create_project(
    *,
    name: str,
    phase: Phase,
    values: Mapping[str, Any] | None = None,
    deals: Sequence[Deal] = (),
    template: Template | None = None,
    source: Deal | None = None,
    by: Membership,
    at: datetime,
) -> Project:
    """A project in a phase, with the tasks of a template and linked to these deals.

    `source` is the deal it is started from, as the history says.
    """
    given = dict(values or {})
    given.setdefault("visibility", default_visibility("project", by))
    first = given.get("starts_on") or timezone.localdate(at)
    if template is not None and template.days and not given.get("due_on"):
        given["due_on"] = day_after(first, template.days)
    project = Project(
        name=name[:200], phase=phase, board_id=phase.board_id, phase_since=at, **given
    )
    with transaction.atomic():
        made = records.create(
            project, by=by, at=at, about=[*deals, *about(project)], data=_from(source)
        )
        ProjectLink.objects.bulk_create(ProjectLink(project=made, deal=deal) for deal in deals)
        if template is not None:
            add_template(project=made, template=template, first=first, at=at)
    return made


def _from(source: Deal | None) -> dict[str, str] | None:
    return {"source": "deal", "source_name": source.name} if source is not None else None


def change_project(
    *,
    project: Project,
    values: Mapping[str, Any],
    by: Membership,
    at: datetime,
    version: int | None = None,
    strict: bool = False,
) -> Project:
    """Give a project these values, not its phase or status; raises Outdated."""
    return records.change(project, values, by=by, at=at, version=version, strict=strict)


def about(project: Project) -> list[Any]:
    """What an event of the project is about besides."""
    return [row for row in (project.person, project.organization) if row is not None]
