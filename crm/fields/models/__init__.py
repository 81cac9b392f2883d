from crm.fields.models.defaults import Default
from crm.fields.models.definitions import Field
from crm.fields.models.giving import Transfer
from crm.fields.models.joining import Compared, Likeness
from crm.fields.models.labels import Label
from crm.fields.models.merges import Merge
from crm.fields.models.opening import Opening
from crm.fields.models.records import Record
from crm.fields.models.registry import kinds
from crm.fields.models.saved import View
from crm.fields.models.seeing import RecordQuerySet, Visibility

__all__ = [
    "Compared",
    "Default",
    "Field",
    "Label",
    "Likeness",
    "Merge",
    "Opening",
    "Record",
    "RecordQuerySet",
    "Transfer",
    "View",
    "Visibility",
    "kinds",
]
