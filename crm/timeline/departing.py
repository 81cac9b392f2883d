"""What the files of records add to the export of a workspace: their bytes, each under its name."""

from collections.abc import Iterator
from functools import partial

from django.db import transaction

from crm.timeline.models import File, FileContent
from crm.workspaces import archive, parts

AT_ONCE = 200


def papers() -> Iterator[parts.Paper]:
    """Every file, removed ones too while they can be brought back."""
    latest = 0
    while True:
        with transaction.atomic():
            found = list(File.objects.filter(pk__gt=latest).order_by("pk")[:AT_ONCE])
        for file in found:
            path = f"records/files/{file.uid}/{archive.safe(file.name)}"
            yield parts.Paper(path, partial(_bytes, file.content_id))
        if len(found) < AT_ONCE:
            return
        latest = found[-1].pk


def count() -> int:
    """How many there are."""
    found: int = File.objects.count()
    return found


def _bytes(content_id: int) -> bytes:
    with transaction.atomic():
        return bytes(FileContent.objects.get(pk=content_id).data)


PART = parts.Part(
    papers=papers, count=count, elsewhere=frozenset({("timeline.FileContent", "data")})
)
