"""Handing the history of one record to another: merging, converting, and back again."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q

from crm.timeline.models import About, ActivityAbout, EventAbout, FileAbout, NoteAbout

# Each table that says what something is about, and its key to that something
LINKS: tuple[tuple[type[Any], str], ...] = (
    (EventAbout, "event_id"),
    (ActivityAbout, "of_id"),
    (NoteAbout, "of_id"),
    (FileAbout, "of_id"),
)
Moved = dict[str, dict[str, list[int]]]


def move(*, source: Any, target: Any) -> Moved:
    """Make all that is about one record be about another; returns what `move_back` needs.

    What was about both is about the target only. The answer is plain JSON.
    """
    told: Moved = {}
    with transaction.atomic():
        for model, key in LINKS:
            there = model.objects.filter(_is(target)).values(key)
            doubled = model.objects.filter(_is(source), **{f"{key}__in": there})
            both = list(doubled.values_list(key, flat=True))
            doubled.delete()
            rows = model.objects.filter(_is(source))
            moved = list(rows.values_list("pk", flat=True))
            rows.update(kind=_kind(target), object_id=target.pk)
            told[model._meta.model_name or ""] = {"moved": moved, "both": both}
    return told


def move_back(*, source: Any, target: Any, moved: Mapping[str, Mapping[str, list[int]]]) -> None:
    """Undo `move`; what came to the target meanwhile stays with it."""
    with transaction.atomic():
        for model, key in LINKS:
            told = moved.get(model._meta.model_name or "", {})
            rows = model.objects.filter(_is(target), pk__in=told.get("moved", []))
            rows.update(kind=_kind(source), object_id=source.pk)
            kept = model.objects.filter(_is(target), **{f"{key}__in": told.get("both", [])})
            model.objects.bulk_create(_twin(row, source) for row in kept)


def _twin(row: Any, source: Any) -> Any:
    more = {} if isinstance(row, About) else {"at": row.at}
    key = "of_id" if isinstance(row, About) else "event_id"
    values = {key: getattr(row, key), "kind": _kind(source), "object_id": source.pk, **more}
    return type(row)(**values)


def _is(record: Any) -> Q:
    return Q(kind=_kind(record), object_id=record.pk)


def _kind(record: Any) -> str:
    name: str = record._meta.model_name
    return name
