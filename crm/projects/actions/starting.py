"""A project started from a deal."""

from datetime import datetime

from django.utils import timezone

from crm.deals.models import Deal
from crm.projects.actions.projects import create_project
from crm.projects.models import Phase, Project, Template
from crm.workspaces.models import Membership


def start_project(
    *,
    deal: Deal,
    phase: Phase,
    template: Template | None = None,
    by: Membership,
    at: datetime,
) -> Project:
    """The project of a won deal, with its people; it begins today."""
    values = {
        "person": deal.person,
        "organization": deal.organization,
        "visibility": deal.visibility,
        "starts_on": timezone.localdate(at),
    }
    return create_project(
        name=deal.name,
        phase=phase,
        values=values,
        deals=[deal],
        template=template,
        source=deal,
        by=by,
        at=at,
    )
