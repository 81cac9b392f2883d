"""A workspace taken along, piece by piece."""

from collections.abc import Iterator

from django.db import transaction

from crm.workspaces import tenancy
from crm.workspaces.models import Export, ExportPiece


def export_pieces(row: Export) -> Iterator[bytes]:
    """The bytes of an export piece by piece, each read in a transaction of its own."""
    number = 0
    while piece := _piece(row, number):
        yield piece
        number += 1


def _piece(row: Export, number: int) -> bytes:
    with tenancy.open_workspace(row.workspace_id), transaction.atomic():
        found = ExportPiece.objects.filter(export=row, number=number).first()
        return bytes(found.data) if found is not None else b""
