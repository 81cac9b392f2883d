"""Taking sample data away; what somebody worked on stays, and so does all that is his own."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from crm.contacts.models import Organization, Person
from crm.deals.actions.forgetting import WRITTEN, delete, forget_events, forget_written
from crm.deals.actions.sampling import SAMPLERS
from crm.deals.actions.touched import marked, worked_on
from crm.deals.models import Deal
from crm.fields.actions.labels import delete_label
from crm.fields.models import Label
from crm.timeline.models import (
    Activity,
    ActivityAbout,
    Sample,
)
from crm.workspaces.models import Membership

# In this order nothing refers to what is gone; each with its columns that others point with
RECORDS: tuple[type[Any], ...] = (Deal, Person, Organization)


@dataclass(frozen=True, slots=True)
class Gone:
    """How many records were taken away, and how many stay because somebody worked on them."""

    removed: int
    kept: int


def remove_samples(*, by: Membership, at: datetime) -> Gone:
    """Take every sample row away with what was recorded of it, but those somebody worked on.

    Changed since it was made (more than moved about the board), with a note, an activity or a
    file of one's own on it, or named by a record of one's own: that is one's own now, and only
    loses its mark.
    """
    removed = kept = 0
    with transaction.atomic():
        _adopt()
        for model in (*(sampler.model for sampler in SAMPLERS), *RECORDS):
            marks = marked(model)
            worked = worked_on(model, marks)
            gone = [pk for pk in marks if pk not in worked]
            forget_written(model, gone)
            removed += delete(model, gone)
            kept += len(worked)
        for model in WRITTEN:
            # What lies on a record that stays goes all the same, unless somebody changed it
            marks = marked(model)
            rows = model.objects.filter(pk__in=marks).values_list("pk", "version")
            delete(model, [pk for pk, version in rows if version == marks[pk]])
        for label in Label.objects.filter(pk__in=marked(Label)):
            pk = label.pk
            delete_label(label=label, by=by, at=at)
            forget_events("label", [pk])
        Sample.objects.all().delete()
    return Gone(removed, kept)


def _adopt() -> None:
    """What Fio itself planned about sample deals since is sample data as well."""
    deals = list(marked(Deal))
    links = ActivityAbout.objects.filter(kind=Deal.kind(), object_id__in=deals)
    planned = Activity.objects.filter(created_by=None, version=1, pk__in=links.values("of"))
    Sample.objects.bulk_create(
        (Sample(kind="activity", object_id=row.pk, version=row.version) for row in planned),
        ignore_conflicts=True,
    )
