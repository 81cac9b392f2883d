from crm.fields.models.definitions import Default, Field, Label, View
from crm.fields.models.records import Record
from crm.fields.models.registry import kinds
from crm.fields.models.seeing import RecordQuerySet, Visibility

__all__ = [
    "Default",
    "Field",
    "Label",
    "Record",
    "RecordQuerySet",
    "View",
    "Visibility",
    "kinds",
]
