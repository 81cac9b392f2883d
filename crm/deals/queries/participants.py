"""Who takes part in a deal."""

from django.db.models import Q, QuerySet

from crm.contacts.models import Organization, Person
from crm.deals.models import Deal, DealPerson
from crm.workspaces import queries
from crm.workspaces.models import Membership
from crm.workspaces.statements import Given, Statements


def _participants(role: str) -> QuerySet[DealPerson]:
    seen = Person.objects.visible_to(queries.stand_in(role))
    rows: QuerySet[DealPerson] = DealPerson.objects.filter(deal_id=Given("deal"), person__in=seen)
    return rows.select_related("person").order_by("pk")


PARTICIPANTS = Statements(_participants)


def participants(deal: Deal, member: Membership) -> list[DealPerson]:
    """Those the member sees, each with the person, the longest there first; one query."""
    return PARTICIPANTS.of(member.role).rows(deal=deal.pk, **queries.asker(member))


def of_contact(contact: Person | Organization) -> Q:
    """Deals of a person or an organization, and those the person takes part in."""
    if isinstance(contact, Organization):
        return Q(organization=contact)
    return Q(person=contact) | Q(pk__in=DealPerson.objects.filter(person=contact).values("deal"))
