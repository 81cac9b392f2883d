"""Names of other records in a file: found among those the importer sees, or made on the way."""

from collections.abc import Iterable, Sequence
from typing import Any

from crm.contacts.importing import blanks, storing
from crm.contacts.importing.drafts import Context, Draft
from crm.contacts.models import ImportSide
from crm.fields import actions, spelling
from crm.fields.facts import REFERENCES
from crm.fields.models import kinds
from crm.workspaces import bulk

Wanted = dict[str, str]


def settle(drafts: Sequence[Draft], context: Context, *, makes: Iterable[str]) -> None:
    """Have every record the drafts name in `context.known`; of the kinds in `makes`, new ones too.

    Own fields that refer to somebody unknown are left empty and said. What several are called
    means none of them: these facts are `unclear`.
    """
    for kind in REFERENCES - {"member"}:
        facts = {name for name, fact in context.facts.items() if fact.type == kind}
        wanted: Wanted = {}
        for draft in drafts:
            for name in facts & draft.named.keys():
                wanted.setdefault(spelling.sort_key(draft.named[name]), draft.named[name])
        if wanted:
            _find(kind, wanted, context)
            if kind in makes and context.writes:
                _make(kind, wanted, context)
    for draft in drafts:
        draft.unclear = [name for name in draft.named if _is_shared(draft, name, context)]
        _fill_own(draft, context)


def named(draft: Draft, fact: str, context: Context) -> Any:
    """The record a draft names, or None."""
    name = draft.named.get(fact)
    if not name or fact in draft.unclear:
        return None
    return context.known.get((context.facts[fact].type, spelling.sort_key(name)))


def _is_shared(draft: Draft, name: str, context: Context) -> bool:
    fact = context.facts.get(name)
    key = spelling.sort_key(draft.named[name])
    return fact is not None and (fact.type, key) in context.shared


def _find(kind: str, wanted: Wanted, context: Context) -> None:
    missing = [key for key in wanted if (kind, key) not in context.known]
    rows = kinds()[kind].objects.visible_to(context.by).filter(name_key__among=missing)
    for row in rows.only("uid", "name", "name_key", "workspace").order_by("-pk"):
        key = (kind, row.name_key)
        if key in context.known:
            context.shared.add(key)
        context.known[key] = row


def _make(kind: str, wanted: Wanted, context: Context) -> None:
    missing = [name for key, name in wanted.items() if (kind, key) not in context.known]
    shown = actions.creating.default_visibility(kind, context.by) if missing else ""
    given = {"visibility": shown, "created_at": context.at, "updated_at": context.at}
    rows = [blanks.fresh(kinds()[kind], {"name": name[:200], **given}) for name in missing]
    storing.add(rows, context)
    for row in rows:
        context.known[(kind, row.name_key)] = row
    sides = ((context.batch.pk, kind, row.pk) for row in rows)
    if rows:
        bulk.insert(ImportSide, ["batch_id", "kind", "object_id"], sides)


def _fill_own(draft: Draft, context: Context) -> None:
    for name in list(draft.named):
        fact = context.facts.get(name)
        if fact is None or not fact.custom:
            continue
        row = named(draft, name, context)
        if name in draft.unclear:
            continue
        if row is None:
            draft.note("no_record", draft.named[name])
        else:
            draft.custom[name] = str(row.uid)
