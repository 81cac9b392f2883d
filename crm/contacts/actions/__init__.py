from crm.contacts.actions.organizations import (
    change_organization,
    create_organization,
    organization_named,
)
from crm.contacts.actions.people import (
    AddressTaken,
    Reach,
    change_person,
    create_person,
    person_named,
    take_in,
)

__all__ = [
    "AddressTaken",
    "Reach",
    "change_organization",
    "change_person",
    "create_organization",
    "create_person",
    "organization_named",
    "person_named",
    "take_in",
]
