from crm.contacts.models.imports import BUSY, Import, ImportFile, ImportRow, ImportSide
from crm.contacts.models.organizations import Organization
from crm.contacts.models.people import Person, PersonEmail, PersonPhone
from crm.fields.spelling import sort_key

__all__ = [
    "BUSY",
    "Import",
    "ImportFile",
    "ImportRow",
    "ImportSide",
    "Organization",
    "Person",
    "PersonEmail",
    "PersonPhone",
    "sort_key",
]
