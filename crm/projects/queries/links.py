"""What a project has to do with, and the projects of a deal."""

from django.db.models import Q

from crm.contacts.models import Organization, Person
from crm.deals.models import Deal
from crm.projects.models import Project, ProjectLink
from crm.workspaces.models import Membership


def links_of(project: Project, member: Membership) -> list[ProjectLink]:
    """The links whose other end the member sees; four queries."""
    rows = ProjectLink.objects.filter(project=project).order_by("pk")
    found = list(rows.select_related("deal", "person", "organization"))
    seen = {
        model: set(
            model.objects.visible_to(member)
            .filter(pk__in=[getattr(row, f"{model.kind()}_id") for row in found])
            .values_list("pk", flat=True)
        )
        for model in (Deal, Person, Organization)
    }
    return [row for row in found if row.linked.pk in seen[type(row.linked)]]


def projects_of(deal: Deal, member: Membership) -> list[Project]:
    """The projects of a deal that the member sees, the first one first; one query."""
    linked = ProjectLink.objects.filter(deal=deal).values("project")
    rows = Project.objects.visible_to(member).filter(pk__in=linked)
    return list(rows.select_related("phase").order_by("pk"))


def of_contact(contact: Person | Organization) -> Q:
    """Projects for a person or an organization, and those linked to it."""
    linked = ProjectLink.objects.filter(**{contact.kind(): contact}).values("project")
    return Q(**{contact.kind(): contact}) | Q(pk__in=linked)
