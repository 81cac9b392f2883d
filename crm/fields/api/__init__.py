"""What the REST resources of all kinds of record share, and those of labels."""

from crm.fields.api.labels import Labels
from crm.fields.api.records import Records

__all__ = ["Labels", "Records"]
