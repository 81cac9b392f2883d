"""Notes and files on one record."""

from typing import Any

from crm.timeline.models import File, Note, NoteVersion
from crm.workspaces.models import Membership

SHOWN = 100


def notes_of(member: Membership, record: Any) -> list[Note]:
    """The notes on a record, pinned ones first, then the newest."""
    rows = Note.objects.visible_to(member).of(record).select_related("created_by")
    return list(rows.order_by("pinned_at", "-created_at", "-pk")[:SHOWN])


def pinned_of(member: Membership, record: Any) -> list[Note]:
    """Those that are pinned, in the order in which they were."""
    rows = Note.objects.visible_to(member).of(record).filter(pinned_at__isnull=False)
    return list(rows.select_related("created_by").order_by("pinned_at", "pk")[:20])


def files_of(member: Membership, record: Any) -> list[File]:
    """The files on a record, the newest first."""
    rows = File.objects.visible_to(member).of(record).select_related("created_by")
    return list(rows.order_by("-created_at", "-pk")[:SHOWN])


def versions_of(note: Note) -> list[NoteVersion]:
    """The note as it was, the newest first."""
    rows = NoteVersion.objects.filter(note=note).select_related("by")
    return list(rows.order_by("-at", "-pk")[:SHOWN])
