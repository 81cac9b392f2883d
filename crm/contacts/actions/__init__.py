from crm.contacts.actions.importing import drop_imports, due_imports, work
from crm.contacts.actions.imports import (
    begin_import,
    check_import,
    start_import,
    stop_import,
    undo_import,
)
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
from crm.contacts.actions.settling import settle_import
from crm.contacts.actions.turning import NotNow

__all__ = [
    "AddressTaken",
    "NotNow",
    "Reach",
    "begin_import",
    "change_organization",
    "change_person",
    "check_import",
    "create_organization",
    "create_person",
    "drop_imports",
    "due_imports",
    "organization_named",
    "person_named",
    "settle_import",
    "start_import",
    "stop_import",
    "take_in",
    "undo_import",
    "work",
]
