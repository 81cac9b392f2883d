"""Files put on a mail that is being written."""

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import PurePath
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from crm.timeline.models import File
from crm.workspaces.models import Membership
from inbox.actions import blobs
from inbox.mime import cutting
from inbox.models import Attachment, Draft, DraftUpload, Message, Upload
from inbox.queries import blobs as kept

# What mail servers take is counted after encoding, which adds a third; 25 MB is their usual word
LIMIT = 25_000_000
NAME = 200
PLAIN = "application/octet-stream"
# A media type as RFC 6838 (4.2) has it; whoever sends a file may have written anything
MEDIA = re.compile(r"[A-Za-z0-9!#$&^_.+-]{1,100}/[A-Za-z0-9!#$&^_.+-]{1,100}")


class TooBig(Exception):
    """The file, or all files of a mail together, would be refused by mail servers."""

    def __str__(self) -> str:
        return _("A mail can carry 25 MB in all. Send a link to the file instead.")


def take_upload(
    *, file: "UploadedFile[Any]", content_type: str, by: Membership, at: datetime
) -> Upload:
    """Keep an uploaded file; raises TooBig before anything of it is read."""
    size = file.size or 0
    if size > LIMIT:
        raise TooBig
    with transaction.atomic():
        blob_id = blobs.keep(raws=[b"".join(file.chunks())], at=at)[0]
        upload: Upload = Upload.objects.create(
            member=by,
            blob_id=blob_id,
            filename=shown_name(file.name or ""),
            content_type=content_type if MEDIA.fullmatch(content_type) else PLAIN,
            size=size,
            created_at=at,
        )
    return upload


def take_file(*, file: File, by: Membership, at: datetime) -> Upload:
    """Make an upload of a record's file; whoever asks has seen that the member sees it."""
    with transaction.atomic():
        blob_id = blobs.keep(raws=[bytes(file.content.data)], at=at)[0]
        upload: Upload = Upload.objects.create(
            member=by,
            blob_id=blob_id,
            filename=shown_name(file.name),
            content_type=file.content_type if MEDIA.fullmatch(file.content_type) else PLAIN,
            size=file.size,
            created_at=at,
        )
    return upload


def put(*, draft: Draft, uploads: Sequence[Upload]) -> None:
    """Let a draft carry exactly these files, in this order."""
    draft.files.exclude(upload__in=uploads).delete()
    DraftUpload.objects.bulk_create(
        (DraftUpload(draft=draft, upload=upload, position=n) for n, upload in enumerate(uploads)),
        update_conflicts=True,
        unique_fields=["workspace", "draft", "upload"],
        update_fields=["position"],
    )


def carry(*, draft: Draft, message: Message, by: Membership, at: datetime) -> None:
    """Put the attachments of a forwarded message on the draft, while they fit."""
    found = list(Attachment.objects.filter(message=message, is_inline=False).order_by("pk"))
    if not found or sum(attachment.size for attachment in found) > LIMIT:
        return
    raw = kept.data(message.blob_id)
    contents = [cutting.part_bytes(raw, attachment.part) for attachment in found]
    ids = blobs.keep(raws=contents, at=at)
    uploads = Upload.objects.bulk_create(
        Upload(
            member=by,
            blob_id=blob_id,
            filename=shown_name(attachment.filename),
            content_type=attachment.content_type,
            size=len(content),
            created_at=at,
        )
        for attachment, content, blob_id in zip(found, contents, ids, strict=True)
    )
    put(draft=draft, uploads=uploads)


def shown_name(name: str) -> str:
    """A file's name without folders and control characters, its ending kept."""
    name = "".join(
        letter for letter in PurePath(name.replace("\\", "/")).name if letter.isprintable()
    )
    if len(name) <= NAME:
        return name or "file"
    ending = PurePath(name).suffix[:16]
    return name[: NAME - len(ending)] + ending
