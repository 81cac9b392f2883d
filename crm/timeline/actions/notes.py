"""Writing, changing, pinning and removing notes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from crm.timeline import wording
from crm.timeline.actions.recording import record
from crm.timeline.actions.telling import notify, records_of
from crm.timeline.models import Event, Note, NoteAbout, NoteVersion, Notice
from crm.ui import spelling
from crm.workspaces import directory
from crm.workspaces.models import Membership
from crm.workspaces.tenancy import required


class Outdated(Exception):
    """Somebody changed the note since the version that was seen; nothing was written."""


def write_note(*, html: str, about: Sequence[Any], by: Membership, at: datetime) -> Note:
    """A note about these records; whoever is named in it with @ is told. Raises Unfit."""
    written = wording.clean(html, colleagues())
    with transaction.atomic():
        note: Note = Note.objects.create(
            html=written.html,
            text=written.text,
            search=spelling.search_text([written.text]),
            created_by=by,
            created_at=at,
            updated_at=at,
        )
        NoteAbout.objects.bulk_create(
            NoteAbout(of=note, kind=row._meta.model_name, object_id=row.pk) for row in about
        )
        event = record("note.created", by=by, about=[note, *about], at=at)
        _tell(note, written.mentioned, event)
    return note


def change_note(
    *, note: Note, html: str, by: Membership, at: datetime, version: int | None = None
) -> Note:
    """Another text; the one before is kept. Raises Unfit, and Outdated."""
    written = wording.clean(html, colleagues())
    with transaction.atomic():
        fresh: Note = Note.objects.select_for_update(of=("self",)).get(pk=note.pk)
        if version is not None and version != fresh.version:
            raise Outdated
        if written.html == fresh.html:
            return fresh
        before = wording.clean(fresh.html, colleagues()).mentioned
        last = _last_writer(fresh)
        NoteVersion.objects.create(note=fresh, html=fresh.html, by=last, at=fresh.updated_at)
        fresh.html, fresh.text = written.html, written.text
        fresh.search = spelling.search_text([written.text])
        fresh.version += 1
        fresh.updated_at = at
        fresh.save()
        event = record("note.changed", by=by, about=[fresh, *records_of(fresh)], at=at)
        known = {member.pk for member in before}
        _tell(fresh, [m for m in written.mentioned if m.pk not in known], event)
    return fresh


def pin(*, note: Note, on: bool, by: Membership, at: datetime) -> None:
    """Keep a note above the others, or let it go back to its place."""
    with transaction.atomic():
        changed = Note.objects.filter(pk=note.pk, pinned_at__isnull=on)
        if changed.update(pinned_at=at if on else None):
            verb = "note.pinned" if on else "note.unpinned"
            record(verb, by=by, about=[note, *records_of(note)], at=at)


def remove_note(*, note: Note, by: Membership, at: datetime) -> None:
    """Take a note away; for thirty days it can be brought back."""
    _turn(note, "note.removed", by, at, trashed=True)


def bring_back_note(*, note: Note, by: Membership, at: datetime) -> None:
    """As if it had never been taken away."""
    _turn(note, "note.brought_back", by, at, trashed=False)


def _turn(note: Note, verb: str, by: Membership, at: datetime, *, trashed: bool) -> None:
    with transaction.atomic():
        rows = Note.objects.filter(pk=note.pk, trashed_at__isnull=trashed)
        if rows.update(trashed_at=at if trashed else None, updated_at=at):
            record(verb, by=by, about=[note, *records_of(note)], at=at)


def colleagues() -> list[Membership]:
    """Whom a note may mention: everybody here whose access stands."""
    return list(directory.colleagues(required()))


def _tell(note: Note, mentioned: Sequence[Membership], event: Event) -> None:
    """Those who may read the note hear of it; the others are not told that it is there."""
    seen = [
        member.pk
        for member in mentioned
        if member.pk != event.by_id and Note.objects.visible_to(member).filter(pk=note.pk).exists()
    ]
    notify(seen, event, Notice.Why.MENTION, at=event.at)


def _last_writer(note: Note) -> Membership | None:
    """Who wrote the text as it stands."""
    about = {"about__kind": "note", "about__object_id": note.pk, "verb": "note.changed"}
    last = Event.objects.filter(**about).select_related("by").order_by("-at", "-pk").first()
    return last.by if last is not None else note.created_by
