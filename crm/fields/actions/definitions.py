"""The fields a workspace adds to its records: made, changed, put away and taken up again."""

import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from crm.fields import facts, spelling
from crm.fields.models import Field, kinds
from crm.fields.models.definitions import next_position
from crm.timeline import actions as timeline
from crm.workspaces import alone
from crm.workspaces.models import Membership

MOST_FIELDS, MOST_CHOICES = 100, 200
CHOOSING = ("choice", "choices")


def create_field(
    *,
    kind: str,
    name: str,
    type: str,
    options: Sequence[str] = (),
    is_required: bool = False,
    required_in: Sequence[int] = (),
    by: Membership,
    at: datetime,
) -> Field:
    """A field behind the others of its kind; `options` are the names of choices.

    Raises ValidationError where the name is taken, or there are a hundred already.
    """
    with transaction.atomic():
        _refuse_name(kind, name)
        if Field.objects.filter(kind=kind, removed_at=None).count() >= MOST_FIELDS:
            raise ValidationError({"name": _("There are a hundred fields already.")}, code="many")
        made: Field = Field.objects.create(
            kind=kind,
            key=_free_key(kind, name),
            name=name[:60],
            type=type,
            options=_choices(options) if type in CHOOSING else [],
            is_required=is_required,
            required_in=list(required_in),
            position=next_position(Field, kind=kind),
            created_at=at,
        )
        said = {"name": name, "kind": kind, "type": type}
        timeline.record("field.created", by=by, about=[made], at=at, data=said)
    return made


def change_field(*, field: Field, values: Mapping[str, Any], by: Membership, at: datetime) -> Field:
    """Another name, or another rule when it must be filled; raises ValidationError."""
    changes = {
        name: [getattr(field, name), value]
        for name, value in values.items()
        if getattr(field, name) != value
    }
    if "name" in changes:
        _refuse_name(field.kind, values["name"], but=field)
    return _save(field, {name: after for name, (_b, after) in changes.items()}, changes, by, at)


def archive_field(*, field: Field, by: Membership, at: datetime) -> Field:
    """Show and ask it no more; what records hold of it stays."""
    return _save(field, {"removed_at": at}, {"archived": [False, True]}, by, at)


def take_up_field(*, field: Field, by: Membership, at: datetime) -> Field:
    """Show an archived field again, with what records held of it; raises ValidationError."""
    _refuse_name(field.kind, field.name, but=field)
    return _save(field, {"removed_at": None}, {"archived": [True, False]}, by, at)


@transaction.atomic
def add_choice(*, field: Field, name: str, hue: str, by: Membership, at: datetime) -> Field:
    """A choice behind the others; raises ValidationError where the name is taken."""
    field = _held(field)
    _refuse_choice(field, name)
    made = {"key": _new_key(field.options), "name": name[:60], "hue": hue}
    return _choose(field, [*field.options, made], by, at)


@transaction.atomic
def change_choice(
    *, field: Field, key: str, name: str, hue: str, by: Membership, at: datetime
) -> Field:
    """Another name or colour for a choice; raises ValidationError where the name is taken."""
    field = _held(field)
    _refuse_choice(field, name, but=key)
    renamed = {"key": key, "name": name[:60], "hue": hue}
    return _choose(field, [renamed if o["key"] == key else o for o in field.options], by, at)


@transaction.atomic
def drop_choice(*, field: Field, key: str, gone: bool, by: Membership, at: datetime) -> Field:
    """Offer a choice no more, or again; records that have it keep it."""
    field = _held(field)
    kept = [{**o, "gone": gone} if o["key"] == key else o for o in field.options]
    return _choose(field, kept, by, at)


@transaction.atomic
def order_choices(*, field: Field, keys: Sequence[str], by: Membership, at: datetime) -> Field:
    """The choices in this order; those not named stand behind."""
    field = _held(field)
    places = {key: place for place, key in enumerate(keys)}
    ordered = sorted(field.options, key=lambda option: places.get(option["key"], len(places)))
    return _choose(field, ordered, by, at)


def _held(field: Field) -> Field:
    """The field as it stands, so that nobody's choice is lost to whoever adds another."""
    found: Field = Field.objects.select_for_update().get(pk=field.pk)
    return found


def _choose(field: Field, options: list[Any], by: Membership, at: datetime) -> Field:
    before, after = (
        [each["name"] for each in rows if not each.get("gone")] for rows in (field.options, options)
    )
    return _save(field, {"options": options}, {"options": [before, after]}, by, at)


def _save(
    field: Field,
    values: Mapping[str, Any],
    changes: Mapping[str, Any],
    by: Membership,
    at: datetime,
) -> Field:
    if not changes:
        return field
    with transaction.atomic():
        for name, value in values.items():
            setattr(field, name, value)
        field.save(update_fields=list(values))
        said = {"changes": dict(changes), "name": field.name, "kind": field.kind}
        timeline.record("field.changed", by=by, about=[field], at=at, data=said)
    return field


def _refuse_name(kind: str, name: str, but: Field | None = None) -> None:
    """Two fields of one name would be told apart by nobody; who names one waits for the others."""
    alone.until_the_end()
    own = [str(fact.label) for fact in facts.declared(kinds()[kind])]
    rows = Field.objects.filter(kind=kind, removed_at=None)
    rows = rows.exclude(pk=but.pk) if but is not None else rows
    known = {spelling.sort_key(each) for each in (*own, *rows.values_list("name", flat=True))}
    if spelling.sort_key(name) in known:
        text = _("There is a field named %(name)s already.") % {"name": name}
        raise ValidationError({"name": text}, code="taken")


def _refuse_choice(field: Field, name: str, but: str = "") -> None:
    known = {spelling.sort_key(o["name"]) for o in field.options if o["key"] != but}
    if spelling.sort_key(name) in known:
        text = _("There is a choice named %(name)s already.") % {"name": name}
        raise ValidationError({"name": text}, code="taken")
    if len(field.options) >= MOST_CHOICES and not but:
        raise ValidationError({"name": _("There are too many choices already.")}, code="many")


def _free_key(kind: str, name: str) -> str:
    """A word for programs made of the name, that nothing else of the kind has or had."""
    word = re.sub(r"[^a-z0-9]+", "_", spelling.sort_key(name)).strip("_")[:30] or "field"
    word = word if word[0].isalpha() else f"field_{word}"
    model = kinds()[kind]
    taken = {fact.name for fact in facts.declared(model)}
    taken |= {field.name for field in model._meta.get_fields()}
    taken |= set(Field.objects.filter(kind=kind).values_list("key", flat=True))
    free, number = word, 2
    while free in taken:
        free, number = f"{word}_{number}", number + 1
    return free


def _choices(names: Sequence[str]) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    for name in dict.fromkeys(name.strip()[:60] for name in names):
        if name:
            made.append({"key": _new_key(made), "name": name, "hue": "stone"})
    return made[:MOST_CHOICES]


def _new_key(options: Sequence[Mapping[str, Any]]) -> str:
    taken = {option["key"] for option in options}
    key = secrets.token_hex(4)
    return key if key not in taken else _new_key(options)
