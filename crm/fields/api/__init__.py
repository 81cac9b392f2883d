"""What the REST resources of all kinds of record share, and those of labels and own fields."""

from crm.fields.api.labels import Labels
from crm.fields.api.own import Fields
from crm.fields.api.records import Records

__all__ = ["Fields", "Labels", "Records"]
