"""A record that is here already, brought up to date by a row: what is empty there stays here."""

from typing import Any

from crm.contacts.importing import referring
from crm.contacts.importing.drafts import Context, Draft
from crm.contacts.importing.importers import Importer
from crm.fields import actions, spelling
from crm.fields.facts import REFERENCES


def update(
    importer: Importer, record: Any, draft: Draft, label_ids: list[int], context: Context
) -> bool:
    """Give a record what the row says and it does not have like that; whether anything differed."""
    values = _values(importer, record, draft, context)
    new = [pk for pk in label_ids if pk not in record.label_ids]
    if new:
        values["label_ids"] = [*record.label_ids, *new]
    if not context.writes:
        return bool(values or importer.would_change(record, draft))
    before = record.version
    more = importer.change(record, draft, context)
    changed = actions.change(
        record,
        values,
        by=context.by,
        at=context.at,
        more=more,
        data={"import": str(context.batch.uid)},
    )
    return changed.version != before


def _values(importer: Importer, record: Any, draft: Draft, context: Context) -> dict[str, Any]:
    values = {
        name: value
        for name, value in draft.values.items()
        if name not in draft.guessed
        and value not in ("", [], None)
        and getattr(record, name) != value
    }
    for name, fact in context.facts.items():
        if fact.type in REFERENCES and not fact.custom and fact.type != "member":
            row = referring.named(draft, name, context)
            if row is not None and row.pk != getattr(record, f"{fact.column}_id"):
                values[fact.column] = row
    _say_unclear(record, draft, context)
    if draft.owner is not None and draft.owner.pk != record.owner_id:
        values["owner"] = draft.owner
    own = {key: value for key, value in draft.custom.items() if record.custom.get(key) != value}
    if own:
        values["custom"] = own
    return values


def _say_unclear(record: Any, draft: Draft, context: Context) -> None:
    """A name that several have changes nothing; one of these may be it already."""
    for name in draft.unclear:
        fact = context.facts[name]
        here = None if fact.custom else getattr(record, fact.column)
        if here is None or here.name_key != spelling.sort_key(draft.named[name]):
            draft.note("shared", draft.named[name])
