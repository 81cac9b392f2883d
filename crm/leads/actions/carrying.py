"""What is known of a lead or a deal and goes to the other."""

from datetime import datetime
from typing import Any

from crm.deals.models import Deal
from crm.fields import queries
from crm.fields.actions.labels import create_label
from crm.fields.models import Label, Record
from crm.leads.models import Lead
from crm.workspaces.models import Membership

# What both have
SHARED = ("value", "expected_on", "person", "organization", "owner", "visibility")


def values_of(record: Record, kind: str, by: Membership, at: datetime) -> dict[str, Any]:
    """What a record of the other kind takes over: columns, labels, own fields of one name."""
    model = Deal if kind == "deal" else Lead
    values = {name: getattr(record, name) for name in SHARED}
    values["label_ids"] = _labels(record, kind, by, at)
    theirs = queries.facts_of(model)
    ours = queries.facts_of(type(record))
    values["custom"] = {
        key: value
        for key, value in record.custom.items()
        if key in theirs and key in ours and theirs[key].type == ours[key].type
    }
    return values


def _labels(record: Record, kind: str, by: Membership, at: datetime) -> list[int]:
    """The labels of the other kind that are called alike, made where there are none."""
    own = [label for label in queries.labels_of(record.kind()) if label.pk in record.label_ids]
    known: dict[str, Label] = {label.name.lower(): label for label in queries.labels_of(kind)}
    return [
        (
            known.get(label.name.lower())
            or create_label(kind=kind, name=label.name, hue=label.hue, by=by, at=at)
        ).pk
        for label in own
    ]
