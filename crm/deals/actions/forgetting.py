"""Rows taken away with the events that are about them."""

from collections.abc import Iterable
from typing import Any

from crm.deals.actions.touched import marked
from crm.timeline.models import Activity, ActivityAbout, Event, EventAbout, Note, NoteAbout

WRITTEN: tuple[type[Any], ...] = (Activity, Note)


def forget_written(model: type[Any], pks: list[int]) -> None:
    """Activities and notes that are samples themselves, of records that go."""
    kind = model._meta.model_name
    for written, links in ((Activity, ActivityAbout), (Note, NoteAbout)):
        about = links.objects.filter(kind=kind, object_id__in=pks)
        own = set(about.values_list("of_id", flat=True)) & set(marked(written))
        delete(written, list(own))


def delete(model: type[Any], pks: list[int]) -> int:
    """Delete those of these rows that are there, and their events; returns how many."""
    there = list(model.objects.filter(pk__in=pks).values_list("pk", flat=True))
    forget_events(model._meta.model_name or "", there)
    model.objects.filter(pk__in=there).delete()
    return len(there)


def forget_events(kind: str, pks: Iterable[int]) -> None:
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
