from crm.fields.models.definitions import Default, Field, Label, View
from crm.fields.models.records import Record, RecordQuerySet, Visibility, kinds

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
