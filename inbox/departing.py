"""What the inbox adds to the export of a workspace: every mail, every file, all bytes."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import zstandard
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from crm.workspaces import archive, parts
from inbox.mime.cutting import part_bytes
from inbox.models import Attachment, Blob, Message
from inbox.queries import blobs

AT_ONCE = 200


def papers() -> Iterator[parts.Paper]:
    """Mails by mailbox, their attachments, and bytes that are no mail's."""
    for row in _batches(Message.objects.select_related("mailbox")):
        path = f"mail/{archive.safe(row.mailbox.address)}/{row.uid}.eml"
        yield parts.Paper(path, partial(_bytes, row.blob_id))
    for file in _batches(Attachment.objects.select_related("message")):
        path = f"attachments/{file.uid}/{archive.safe(file.filename)}"
        yield parts.Paper(path, partial(_cut, file.message.blob_id, file.part))
    for blob in _batches(_others().defer("data")):
        yield parts.Paper(f"files/{bytes(blob.sha256).hex()}", partial(_bytes, blob.pk))


def count() -> int:
    """How many papers there are."""
    return sum(
        rows.count() for rows in (Message.objects.all(), Attachment.objects.all(), _others())
    )


def _others() -> "QuerySet[Blob]":
    mails = Message.objects.filter(blob=OuterRef("pk"))
    rows: QuerySet[Blob] = Blob.objects.filter(~Exists(mails))
    return rows


def _batches(rows: "QuerySet[Any]") -> Iterator[Any]:
    """The rows by their key, some at once, with no transaction open while one is used."""
    latest = 0
    while True:
        with transaction.atomic():
            found = list(rows.filter(pk__gt=latest).order_by("pk")[:AT_ONCE])
        if not found:
            return
        yield from found
        latest = found[-1].pk


def _bytes(blob_id: int) -> bytes:
    """What was kept; bytes that do not unpack any more go along as they are."""
    with transaction.atomic():
        blob = Blob.objects.get(pk=blob_id)
    try:
        return blobs.unpack(bytes(blob.data), blob.size)
    except zstandard.ZstdError:
        return bytes(blob.data)


def _cut(blob_id: int, part: str) -> bytes:
    """A file out of its mail; nothing where the mail has no such part."""
    try:
        return part_bytes(_bytes(blob_id), part)
    except KeyError:
        return b""


PART = parts.Part(
    papers=papers,
    count=count,
    keys=("*:picture:{id}:*", "*:pictures:{id}", "fio:here:{id}:*"),
    elsewhere=frozenset({("inbox.Blob", "data")}),
)
