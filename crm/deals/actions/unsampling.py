"""Taking sample data away; what somebody worked on stays, and so does all that is his own."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from crm.contacts.models import Organization, Person
from crm.deals.actions.sampling import SAMPLERS
from crm.deals.models import Deal, DealPerson
from crm.fields.actions.labels import delete_label
from crm.fields.models import Label, kinds
from crm.timeline.models import (
    Activity,
    ActivityAbout,
    Event,
    EventAbout,
    FileAbout,
    Note,
    NoteAbout,
    Sample,
)
from crm.workspaces.models import Membership

# In this order nothing refers to what is gone; each with its columns that others point with
RECORDS: tuple[type[Any], ...] = (Deal, Person, Organization)
WRITTEN: tuple[type[Any], ...] = (Activity, Note)
# What one does to try a board out; it makes nobody's own
PLAYED = {"moved", "won", "lost", "done", "cancelled", "reopened"}
LINKS: tuple[type[Any], ...] = (ActivityAbout, NoteAbout, FileAbout)


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
            marks = _marks(model)
            worked = _worked_on(model, marks)
            gone = [pk for pk in marks if pk not in worked]
            _forget_written(model, gone)
            removed += _delete(model, gone)
            kept += len(worked)
        for model in WRITTEN:
            # What lies on a record that stays goes all the same, unless somebody changed it
            marks = _marks(model)
            rows = model.objects.filter(pk__in=marks).values_list("pk", "version")
            _delete(model, [pk for pk, version in rows if version == marks[pk]])
        for label in Label.objects.filter(pk__in=_marks(Label)):
            pk = label.pk
            delete_label(label=label, by=by, at=at)
            _forget_events("label", [pk])
        Sample.objects.all().delete()
    return Gone(removed, kept)


def _adopt() -> None:
    """What Fio itself planned about sample deals since is sample data as well."""
    deals = list(_marks(Deal))
    links = ActivityAbout.objects.filter(kind=Deal.kind(), object_id__in=deals)
    planned = Activity.objects.filter(created_by=None, version=1, pk__in=links.values("of"))
    Sample.objects.bulk_create(
        (Sample(kind="activity", object_id=row.pk, version=row.version) for row in planned),
        ignore_conflicts=True,
    )


def _marks(model: type[Any]) -> dict[int, int]:
    rows = Sample.objects.filter(kind=model._meta.model_name)
    return dict(rows.values_list("object_id", "version"))


def _worked_on(model: type[Any], marks: dict[int, int]) -> set[int]:
    kind = model._meta.model_name
    rows = model.objects.filter(pk__in=marks).values_list("pk", "version")
    steps = {pk: version - marks[pk] for pk, version in rows if version != marks[pk]}
    found = steps.keys() - _only_played_with(model, steps)
    for links in LINKS:
        own = _marks(links._meta.get_field("of").related_model)
        about = links.objects.filter(kind=kind, object_id__in=list(marks)).exclude(of__in=list(own))
        found |= set(about.values_list("object_id", flat=True))
    for sampler in SAMPLERS:
        if sampler.model is model:
            found |= sampler.worked_on(list(marks))
    return found | _named_by_others(model, list(marks))


def _only_played_with(model: type[Any], steps: dict[int, int]) -> set[int]:
    """Those that were only moved, won, lost or opened again since they were made."""
    kind = model._meta.model_name
    rows = EventAbout.objects.filter(
        kind=kind, object_id__in=list(steps), event__verb__startswith=f"{kind}."
    )
    done: dict[int, list[str]] = {}
    for pk, verb in rows.exclude(event__verb=f"{kind}.created").values_list(
        "object_id", "event__verb"
    ):
        done.setdefault(pk, []).append(verb.partition(".")[2])
    return {
        pk for pk, verbs in done.items() if PLAYED.issuperset(verbs) and len(verbs) >= steps[pk]
    }


def _named_by_others(model: type[Any], pks: list[int]) -> set[int]:
    """Those that a record points at which is no sample, or one that stays."""
    found: set[int] = set()
    for relation in model._meta.get_fields(include_hidden=True):
        other = relation.related_model
        if not relation.auto_created or relation.concrete or other not in _pointing(model):
            continue
        column = relation.field.attname
        rows = other.objects.filter(**{f"{column}__in": pks})
        found |= set(rows.values_list(column, flat=True))
    return found


def _pointing(model: type[Any]) -> set[type[Any]]:
    """The kinds of row in which being named means that somebody works with it."""
    more = (row for each in SAMPLERS if each.model is not model for row in each.pointing)
    return {*kinds().values(), DealPerson, *more}


def _forget_written(model: type[Any], pks: list[int]) -> None:
    """Activities and notes that are samples themselves, of records that go."""
    kind = model._meta.model_name
    for written, links in ((Activity, ActivityAbout), (Note, NoteAbout)):
        about = links.objects.filter(kind=kind, object_id__in=pks)
        own = set(about.values_list("of_id", flat=True)) & set(_marks(written))
        _delete(written, list(own))


def _delete(model: type[Any], pks: list[int]) -> int:
    there = list(model.objects.filter(pk__in=pks).values_list("pk", flat=True))
    _forget_events(model._meta.model_name or "", there)
    model.objects.filter(pk__in=there).delete()
    return len(there)


def _forget_events(kind: str, pks: Iterable[int]) -> None:
    """What was recorded of these alone is gone with them."""
    links = EventAbout.objects.filter(kind=kind, object_id__in=list(pks))
    events = set(links.values_list("event_id", flat=True))
    if kind in {model._meta.model_name for model in WRITTEN}:
        # A record that stays would go on telling of what nobody finds any more
        own = Event.objects.filter(pk__in=events, verb__startswith=f"{kind}.")
        EventAbout.objects.filter(event__in=own).delete()
    links.delete()
    still = EventAbout.objects.filter(event_id__in=events).values_list("event_id", flat=True)
    Event.objects.filter(pk__in=events - set(still)).delete()
