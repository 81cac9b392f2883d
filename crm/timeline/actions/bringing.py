"""Notes that a file brings along, many at once; nobody is told of them."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any

from crm.timeline import wording
from crm.timeline.actions.recording import record_many
from crm.timeline.models import Note, NoteAbout
from crm.timeline.wording import Unfit, Written
from crm.ui import spelling
from crm.workspaces import bulk
from crm.workspaces.models import Membership

# Some programs export what their editor made, others plain lines
MARKUP = re.compile(r"</?(?:p|br|div|ul|ol|li|b|strong|i|em|a)\b[^<>]{0,500}>", re.IGNORECASE)


def written(text: str) -> Written | None:
    """A text as a note has it, or None where nothing is said."""
    html = text
    if not MARKUP.search(text):
        html = "".join(f"<p>{escape(line)}</p>" for line in text.splitlines() if line.strip())
    try:
        return wording.clean(html)
    except Unfit:
        return None


def bring_notes(
    *,
    notes: Sequence[tuple[Any, Written]],
    by: Membership,
    at: datetime,
    data: Mapping[str, Any],
) -> list[int]:
    """Write pairs of a record and its note, in the caller's transaction; the ids of the notes."""
    rows = [
        Note(
            pk=pk,
            html=note.html,
            text=note.text,
            search=spelling.search_text([note.text]),
            created_by=by,
            created_at=at,
            updated_at=at,
        )
        for pk, (_record, note) in zip(bulk.new_ids(Note, len(notes)), notes, strict=True)
    ]
    names = ["id", "uid", "html", "text", "search", "created_at", "updated_at", "version"]
    bulk.insert(
        Note,
        [*names, "created_by_id"],
        ([*(getattr(row, name) for name in names), by.pk] for row in rows),
    )
    about = [(record._meta.model_name, record.pk) for record, _note in notes]
    links = ((row.pk, kind, pk) for row, (kind, pk) in zip(rows, about, strict=True))
    bulk.insert(NoteAbout, ["of_id", "kind", "object_id"], links)
    record_many("note.created", by=by, about=rows, also=about, at=at, data=data)
    return [row.pk for row in rows]


def take_notes_back(
    *, ids: Sequence[int], by: Membership, at: datetime, data: Mapping[str, Any]
) -> int:
    """Remove those notes that nobody changed since they were brought; how many they were."""
    rows = Note.objects.filter(pk__among=ids, version=1, trashed_at=None)
    found = list(rows.select_for_update().only("pk", "workspace"))
    gone = [row.pk for row in found]
    links = NoteAbout.objects.filter(of__among=gone).values_list("of", "kind", "object_id")
    about = {of: (kind, pk) for of, kind, pk in links}
    Note.objects.filter(pk__among=gone).update(trashed_at=at, updated_at=at)
    if found:
        also = [about[pk] for pk in gone]
        record_many("note.removed", by=by, about=found, also=also, at=at, data=data)
    return len(found)


def texts_of(kind: str, ids: Sequence[int]) -> set[tuple[int, str]]:
    """Pairs of a record's id and the words of a note about it, removed ones with them."""
    links = NoteAbout.objects.filter(kind=kind, object_id__among=ids)
    return set(links.values_list("object_id", "of__text"))
