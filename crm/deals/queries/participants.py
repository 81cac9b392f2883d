"""Who takes part in a deal."""

from crm.contacts.models import Person
from crm.deals.models import Deal, DealPerson
from crm.workspaces.models import Membership


def participants(deal: Deal, member: Membership) -> list[DealPerson]:
    """Those the member sees, each with the person, the longest there first; one query."""
    seen = Person.objects.visible_to(member)
    rows = DealPerson.objects.filter(deal=deal, person__in=seen).select_related("person")
    return list(rows.order_by("pk"))
