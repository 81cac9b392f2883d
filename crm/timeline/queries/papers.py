"""Notes and files on one record."""

from typing import Any

from django.db.models import QuerySet

from crm.timeline.models import File, Note, NoteVersion
from crm.workspaces import queries
from crm.workspaces.models import Membership
from crm.workspaces.statements import Given, Statements

SHOWN = 100


def notes_of(member: Membership, record: Any) -> list[Note]:
    """The notes on a record, pinned ones first, then the newest."""
    rows = Note.objects.visible_to(member).of(record).select_related("created_by")
    return list(rows.order_by("pinned_at", "-created_at", "-pk")[:SHOWN])


def pinned_of(member: Membership, record: Any) -> list[Note]:
    """Those that are pinned, in the order in which they were."""
    kind, asker = record._meta.model_name, queries.asker(member)
    return PINNED.of(member.role).rows(kind=kind, record=record.pk, **asker)


def _pinned(role: str) -> QuerySet[Note]:
    seen: Any = Note.objects.visible_to(queries.stand_in(role))
    rows: QuerySet[Note] = seen.of_one(Given("kind"), Given("record"))
    pinned = rows.filter(pinned_at__isnull=False).select_related("created_by")
    return pinned.order_by("pinned_at", "pk")[:20]


PINNED = Statements(_pinned)


def files_of(member: Membership, record: Any) -> list[File]:
    """The files on a record, the newest first."""
    rows = File.objects.visible_to(member).of(record).select_related("created_by")
    return list(rows.order_by("-created_at", "-pk")[:SHOWN])


def versions_of(note: Note) -> list[NoteVersion]:
    """The note as it was, the newest first."""
    rows = NoteVersion.objects.filter(note=note).select_related("by")
    return list(rows.order_by("-at", "-pk")[:SHOWN])
