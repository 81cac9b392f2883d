"""Two records become one, and two again.

Every row that points at the other record points at the one that stays; what would double a row
there stays where it is. The other one lies in the trash, and a `Merge` keeps the way back.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import models, transaction

from crm.fields import queries
from crm.fields.actions import naming
from crm.fields.actions.differences import plain
from crm.fields.facts import Fact
from crm.fields.models import Merge, Record, kinds
from crm.fields.queries import pointing
from crm.timeline import actions as timeline
from crm.workspaces.models import Membership

# Columns that say what the row is, not what is known of somebody
OWN = frozenset({"id", "uid", "workspace", "created_by", "created_at", "trashed_at", "trashed_by"})
DERIVED = frozenset({"version", "updated_by", "updated_at", "name_key", "search"})


class Gone(ValueError):
    """They are one and the same, or one of them is gone or lies in the trash by now."""


class Parted(Exception):
    """These two cannot be parted any more; the text says why, for programmers."""


def merge(
    into: Any, other: Any, *, take: Collection[str] | None = None, by: Membership, at: datetime
) -> Merge:
    """Make `other` a part of `into`.

    Of the facts named in `take` the other's value wins; without `take` only where `into` knows
    nothing. Labels and lists have both. Raises Gone for one and the same, and for what lies in
    the trash by now.
    """
    model = type(into)
    with transaction.atomic():
        into, other = _locked(model, into.pk, other.pk)
        before = {"into": _columns(into), "other": _columns(other)}
        _take(into, other, take)
        parts = into.absorb(other)
        into.version = max(into.version, other.version) + 1
        into.updated_by, into.updated_at = by, at
        into.prepare()
        into.save()
        if into.name != before["into"]["name"]:
            naming.carry(into)
        moved = _move(model, other, into)
        _into_trash(other, by, at)
        made: Merge = Merge.objects.create(
            kind=model.kind(),
            into_id=into.pk,
            other_id=other.pk,
            other_uid=other.uid,
            by=by,
            at=at,
            columns={**before, "after": _columns(into)},
            moved=moved,
            parts=parts,
        )
        said = {"name": other.name, "merge": str(made.uid), "version": into.version}
        changes = _changed(before["into"], made.columns["after"])
        _tell(f"{model.kind()}.merged", into, other, {**said, "changes": changes}, by, at)
    return made


def part(made: Merge, *, by: Membership, at: datetime) -> tuple[Any, Any]:
    """Make them two again, each as it was; what was changed since the merge stays.

    Returns (the one that stayed, the one that is back). Raises Parted where it was done before,
    or one of them is gone or lies in the trash by now.
    """
    model = kinds()[made.kind]
    with transaction.atomic():
        held = Merge.objects.select_for_update().filter(pk=made.pk, undone_at=None)
        pair = (made.into_id, made.other_id)
        found = model.objects.select_for_update(of=("self",)).filter(pk__in=pair).order_by("pk")
        rows = {row.pk: row for row in found}
        into, other = rows.get(made.into_id), rows.get(made.other_id)
        if not held.exists() or into is None or other is None:
            raise Parted("there is nothing to part")
        if into.is_trashed or not other.is_trashed:
            raise Parted("one of them was moved meanwhile")
        kept = made.columns
        same = {
            name: value
            for name, value in kept["into"].items()
            if _columns(into)[name] == kept["after"][name]
        }
        _assign(into, same)
        _assign(other, kept["other"])
        _move_back(made)
        into.release(other, made.parts)
        for row in (into, other):
            row.version, row.updated_by, row.updated_at = row.version + 1, by, at
        other.trashed_at = other.trashed_by = None
        for row in (into, other):
            row.prepare()
            row.save()
        if kept["into"]["name"] != kept["after"]["name"]:
            naming.carry(into)
        held.update(undone_at=at)
        said = {"name": other.name, "version": into.version}
        said["changes"] = _changed(kept["after"], _columns(into))
        _tell(f"{made.kind}.parted", into, other, said, by, at)
    return into, other


def _locked(model: type[Record], into: int, other: int) -> tuple[Any, Any]:
    rows = model.objects.select_for_update(of=("self",)).filter(trashed_at=None)
    found = {row.pk: row for row in rows.filter(pk__in=(into, other)).order_by("pk")}
    if into == other or len(found) != 2:
        raise Gone("a merge takes two records that are there")
    return found[into], found[other]


def _take(into: Any, other: Any, take: Collection[str] | None) -> None:
    """Give the one that stays the values that won."""
    for fact in queries.facts_of(type(into)).values():
        if fact.type in ("labels", "words"):
            both = [*getattr(into, fact.column), *getattr(other, fact.column)]
            setattr(into, fact.column, list(dict.fromkeys(both)))
        elif fact.editable and fact.type not in ("emails", "phones"):
            _take_one(into, other, fact, take)


def _take_one(into: Any, other: Any, fact: Fact, take: Collection[str] | None) -> None:
    mine, theirs = value_of(into, fact), value_of(other, fact)
    wins = fact.name in take if take is not None else mine in (None, "") and theirs is not None
    if not wins:
        return
    if not fact.custom:
        setattr(into, fact.column, theirs)
    elif theirs is None:
        into.custom.pop(fact.name, None)
    else:
        into.custom[fact.name] = theirs


def value_of(record: Any, fact: Fact) -> Any:
    """What is kept of a fact that stands in one column, or among the own fields."""
    return record.custom.get(fact.name) if fact.custom else getattr(record, fact.column)


def _columns(record: Any) -> dict[str, Any]:
    """What is known of a record, column by column, in plain JSON."""
    return {
        field.attname: plain(getattr(record, field.attname))
        for field in record._meta.concrete_fields
        if field.name not in OWN | DERIVED
    }


def _assign(record: Any, values: Mapping[str, Any]) -> None:
    for field in record._meta.concrete_fields:
        if field.attname not in values:
            continue
        value = values[field.attname]
        if isinstance(field, models.ForeignKey):
            # A record or member that is gone by now is known no more
            rows = field.related_model._default_manager.using("default")
            value = value if value is not None and rows.filter(pk=value).exists() else None
        elif value is not None and not isinstance(value, dict | list):
            value = field.to_python(value)
        setattr(record, field.attname, value)


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    return {
        name.removesuffix("_id"): [value, after[name]]
        for name, value in before.items()
        if after[name] != value
    }


def _move(model: type[Record], other: Any, into: Any) -> list[list[Any]]:
    """Let everything point at the one that stays: [[model, column, ids], …]."""
    moved: list[list[Any]] = []
    for pointer in pointing.pointers(model):
        ids = list(pointer.movable(other.pk, into.pk).values_list("pk", flat=True))
        if ids:
            _point(pointer.model, pointer.column, ids, into.pk)
            moved.append([pointer.label, pointer.column, ids])
    for owner, key, pk in pointing.naming(model, str(other.uid)):
        _name(owner, key, pk, str(into.uid))
        moved.append([owner._meta.label, f"custom.{key}", [pk]])
    return moved


def _move_back(made: Merge) -> None:
    uid = str(made.other_uid)
    for label, column, ids in made.moved:
        model: Any = apps.get_model(label)
        if column.startswith("custom."):
            for pk in ids:
                _name(model, column.removeprefix("custom."), pk, uid)
            continue
        rows = model._default_manager.filter(pk__in=ids, **{column: made.into_id})
        _point(model, column, list(rows.values_list("pk", flat=True)), made.other_id)


def _point(model: Any, column: str, ids: list[int], to: int) -> None:
    rows = model._default_manager.filter(pk__in=ids)
    rows.update(**{column: to})
    if issubclass(model, Record):
        # They are found by the name of what they belong to
        for row in model.objects.filter(pk__in=ids):
            row.prepare()
            row.save(update_fields=["search"])


def _name(model: type[Record], key: str, pk: int, uid: str) -> None:
    row = model.objects.filter(pk=pk).first()
    if row is not None and key in row.custom:
        row.custom[key] = uid
        row.save(update_fields=["custom"])


def _into_trash(other: Any, by: Membership, at: datetime) -> None:
    other.trashed_at, other.trashed_by, other.updated_at = at, by, at
    other.save(update_fields=["trashed_at", "trashed_by", "updated_at"])
    other.follow_trash()


def _tell(verb: str, into: Any, other: Any, said: Any, by: Membership, at: datetime) -> None:
    timeline.record(verb, by=by, about=[into, other], at=at, data=said)
