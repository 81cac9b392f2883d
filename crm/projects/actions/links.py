"""What a project has to do with."""

from datetime import datetime
from typing import Any

from django.db import transaction

from crm.fields import actions as records
from crm.fields.models import Record
from crm.projects.models import Project, ProjectLink
from crm.workspaces.models import Membership

MOST = 100


class TooMany(Exception):
    """More links than a project can list."""


def link(*, project: Project, to: Record, by: Membership, at: datetime) -> Project:
    """The project has to do with this deal, person or organization; raises TooMany."""
    with transaction.atomic():
        Project.objects.select_for_update(of=("self",)).get(pk=project.pk)
        rows = ProjectLink.objects.filter(project=project)
        key: dict[str, Any] = {to.kind(): to}
        if rows.filter(**key).exists():
            return project
        if rows.count() >= MOST:
            raise TooMany
        ProjectLink.objects.create(project=project, **key)
        more = {"links": [None, [to.kind(), to.name]]}
        return records.change(project, {}, by=by, at=at, about=[to], more=more)


def unlink(*, project: Project, row: ProjectLink, by: Membership, at: datetime) -> Project:
    """The project has nothing to do with it any more."""
    with transaction.atomic():
        to = row.linked
        row.delete()
        more = {"links": [[to.kind(), to.name], None]}
        return records.change(project, {}, by=by, at=at, about=[to], more=more)
