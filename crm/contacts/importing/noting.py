"""Notes out of a file: each about the record of its row, once, and gone when it is taken back."""

from collections.abc import Sequence
from typing import Any

from crm.contacts.importing.drafts import Context, Draft
from crm.contacts.models import ImportSide
from crm.timeline.actions import bringing
from crm.timeline.wording import Written
from crm.workspaces import bulk

# How a note is kept among what was made on the way
SIDE = "note"
Notes = list[tuple[Any, Written]]


def said(pairs: Sequence[tuple[Draft, Any]]) -> Notes:
    """The notes that rows have about their records, each once."""
    found: dict[tuple[int, str], tuple[Any, Written]] = {}
    for draft, record in pairs:
        for text in draft.notes:
            note = bringing.written(text)
            if note is not None:
                found.setdefault((record.pk, note.text), (record, note))
    return list(found.values())


def new(notes: Notes, kind: str) -> Notes:
    """Those that the records do not have yet, and never had."""
    known = bringing.texts_of(kind, [record.pk for record, _note in notes]) if notes else set()
    return [(record, note) for record, note in notes if (record.pk, note.text) not in known]


def write(notes: Notes, context: Context) -> None:
    """Write them, and remember to take them back with the import."""
    if notes:
        ids = bringing.bring_notes(notes=notes, by=context.by, at=context.at, data=_data(context))
        bulk.insert(
            ImportSide,
            ["batch_id", "kind", "object_id"],
            ((context.batch.pk, SIDE, pk) for pk in ids),
        )


def take_back(ids: Sequence[int], context: Context) -> None:
    """Remove what nobody changed since."""
    bringing.take_notes_back(ids=ids, by=context.by, at=context.at, data=_data(context))


def _data(context: Context) -> dict[str, str]:
    return {"import": str(context.batch.uid)}
