"""Some hundred rows at once: read, held against what is here, written or only tried."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from crm.contacts.importing import drafting, noting, referring, storing, updating
from crm.contacts.importing.drafting import Column
from crm.contacts.importing.drafts import Context, Draft, Row
from crm.contacts.importing.importers import Importer
from crm.contacts.models import Import, ImportRow
from crm.fields.models import Label, Record
from crm.fields.models.definitions import next_position
from crm.fields.models.labels import Hue

State = ImportRow.State
Policy = Import.Policy


def work(importer: Importer, rows: Sequence[Row], plan: Sequence[Column], context: Context) -> None:
    """Bring rows to their end, or with `context.writes` off only say what would come of them.

    Rows are changed in place and not saved; what they made is written in the caller's transaction.
    """
    drafts = [_drafted(importer, row, plan, context) for row in rows]
    good = [draft for draft in drafts if not draft.fails]
    if context.writes:
        _settle_labels(good, context)
    referring.settle(good, context, makes=importer.makes)
    new, known, doubles = _sorted(importer, good, context)
    _create(importer, new, context)
    _meet_all(importer, known, context)
    if context.batch.policy == Policy.UPDATE:
        _meet_all(importer, [(draft, first.object_id) for draft, first in doubles], context)
    else:
        for draft, first in doubles:
            draft.note("double", first.number)
            _end(draft, State.SKIPPED, context)
    for draft in drafts:
        if draft.fails:
            _end(draft, State.FAILED, context)
        draft.row.said = draft.said


def _drafted(importer: Importer, row: Row, plan: Sequence[Column], context: Context) -> Draft:
    draft = drafting.draft(row, plan, context)
    importer.complete(draft)
    if not draft.name.strip():
        draft.fail("no_name")
    _cut(importer, draft)
    return draft


def _cut(importer: Importer, draft: Draft) -> None:
    """No text longer than its column."""
    longest = _longest(importer.model)
    for name, value in draft.values.items():
        most = longest.get(name)
        if most and isinstance(value, str) and len(value) > most:
            draft.values[name] = value[:most]
            draft.note("too_long", value[:40])


@cache
def _longest(model: type[Record]) -> dict[str, int]:
    """How many letters the columns take that have a limit."""
    fields = model._meta.concrete_fields
    return {field.name: field.max_length for field in fields if field.max_length}


def _sorted(
    importer: Importer, drafts: Sequence[Draft], context: Context
) -> tuple[list[Draft], list[tuple[Draft, int]], list[tuple[Draft, Row]]]:
    """What is new, what is here already, and what an earlier row of the file said.

    What would be brought up to date must be one record: which of several, nobody can know.
    """
    context.several.clear()
    keys = {draft.row.number: importer.keys(draft, context) for draft in drafts}
    here = importer.find({key for each in keys.values() for key in each}, context)
    new: list[Draft] = []
    known: list[tuple[Draft, int]] = []
    doubles: list[tuple[Draft, Row]] = []
    for draft in drafts:
        mine = keys[draft.row.number]
        first = next((context.seen[key] for key in mine if key in context.seen), None)
        there = [key for key in mine if key in here]
        sure = next((here[key] for key in there if key not in context.several), None)
        match = sure or next((here[key] for key in there), None)
        if context.batch.policy == Policy.ADD:
            importer.separate(draft, {key for key in mine if key in here or key in context.seen})
            new.append(draft)
        elif match is not None and sure is None and context.batch.policy == Policy.UPDATE:
            draft.fail("shared", draft.name)
            continue
        elif match is not None:
            known.append((draft, match))
            continue
        elif first is not None:
            doubles.append((draft, first))
            continue
        else:
            new.append(draft)
        for key in mine:
            context.seen.setdefault(key, draft.row)
    return new, known, doubles


def _create(importer: Importer, drafts: Sequence[Draft], context: Context) -> None:
    built = [(draft, importer.build(draft, context)) for draft in drafts]
    _refuse_unclear(drafts)
    _refuse_unfilled(drafts, context)
    pairs = [(draft, record) for draft, record in built if not draft.fails]
    for draft, record in pairs:
        record.label_ids = _label_ids(draft, context)
    if context.writes:
        storing.add([record for _draft, record in pairs], context)
        importer.beside(pairs, context)
        noting.write(noting.said(pairs), context)
    for draft, record in pairs:
        draft.row.object_id = record.pk
        _end(draft, State.CREATED, context)


def _refuse_unclear(drafts: Sequence[Draft]) -> None:
    """Which of several of one name is meant, nobody can know; records here keep theirs."""
    for draft in drafts:
        for name in draft.unclear:
            draft.fail("shared", draft.named[name])


def _refuse_unfilled(drafts: Sequence[Draft], context: Context) -> None:
    """Own fields that must be filled are asked for here as in forms; records here keep theirs."""
    asked = [fact for fact in context.facts.values() if fact.custom and fact.required]
    for draft in drafts if asked else ():
        empty = [str(fact.label) for fact in asked if draft.custom.get(fact.name) is None]
        if empty:
            draft.fail("unfilled", ", ".join(empty))


def _meet_all(
    importer: Importer, pairs: Sequence[tuple[Draft, int | None]], context: Context
) -> None:
    """Rows whose records are here already."""
    if context.batch.policy != Policy.UPDATE:
        for draft, pk in pairs:
            draft.note("exists")
            draft.row.object_id = pk
            _end(draft, State.SKIPPED, context)
        return
    rows = importer.model.objects.visible_to(context.by).filter(
        pk__among=[pk for _draft, pk in pairs if pk]
    )
    records = {row.pk: row for row in rows.prefetch_related(*importer.loads)}
    met = [(draft, records[pk]) for draft, pk in pairs if pk in records]
    new = noting.new(noting.said(met), importer.kind)
    noted = {record.pk for record, _note in new}
    for draft, pk in pairs:
        if pk is None:
            # A trial: its record is not here yet
            _end(draft, State.UPDATED, context)
        elif pk not in records:
            draft.fail("hidden")
        else:
            draft.row.object_id = pk
            _meet(importer, draft, records[pk], context, has_more=pk in noted)
    if context.writes:
        noting.write(new, context)


def _meet(
    importer: Importer, draft: Draft, record: Any, context: Context, *, has_more: bool
) -> None:
    changed = updating.update(importer, record, draft, _label_ids(draft, context), context)
    differs = changed or has_more
    if not differs:
        draft.note("exists")
    _end(draft, State.UPDATED if differs else State.SKIPPED, context)


def _end(draft: Draft, state: str, context: Context) -> None:
    if context.writes:
        draft.row.state = state
    else:
        draft.row.forecast = state


def _label_ids(draft: Draft, context: Context) -> list[int]:
    found = (context.labels.get(name.casefold()) for name in draft.labels)
    return list(dict.fromkeys(label.pk for label in found if label is not None))


def _settle_labels(drafts: Sequence[Draft], context: Context) -> None:
    """Have every label the drafts name, new ones without a colour."""
    for draft in drafts:
        for name in draft.labels:
            if name.casefold() not in context.labels:
                context.labels[name.casefold()] = _label(name, context)


def _label(name: str, context: Context) -> Any:
    kind = context.batch.kind
    label, _made = Label.objects.get_or_create(
        kind=kind,
        name__iexact=name,
        defaults={
            "name": name,
            "hue": Hue.STONE,
            "position": next_position(Label, kind=kind),
        },
    )
    return label
