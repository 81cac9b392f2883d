"""What the REST resources of all kinds of record share, and those of labels and own fields."""

from crm.fields.api.duplicates import Duplicates
from crm.fields.api.labels import Labels
from crm.fields.api.own import Fields
from crm.fields.api.records import Records
from crm.fields.api.saved import Views
from crm.fields.api.transfers import Held, Transfers

__all__ = ["Duplicates", "Fields", "Held", "Labels", "Records", "Transfers", "Views"]
