"""Putting files on records, and taking them off."""

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from crm.timeline.actions.recording import record
from crm.timeline.actions.telling import records_of
from crm.timeline.models import File, FileAbout, FileContent, Note
from crm.workspaces.models import Membership

LIMIT = 25_000_000
NAME = 200
PLAIN = "application/octet-stream"
# A media type as RFC 6838 (4.2) has it; whoever sends a file may have written anything
MEDIA = re.compile(r"[A-Za-z0-9!#$&^_.+-]{1,90}/[A-Za-z0-9!#$&^_.+-]{1,90}")
KEPT_FOR = timedelta(days=30)
# Bytes kept just now may be about to be referred to
YOUNG = timedelta(hours=1)


class TooBig(Exception):
    """The file is over the limit; nothing of it was read."""

    def __str__(self) -> str:
        return _(
            "A file can have up to 25 MB. Keep this one elsewhere and write its link in a note."
        )


def add_file(
    *,
    file: "UploadedFile[Any]",
    content_type: str,
    about: Sequence[Any],
    by: Membership,
    at: datetime,
) -> File:
    """Put an uploaded file on these records; raises TooBig."""
    if (file.size or 0) > LIMIT:
        raise TooBig
    data = b"".join(file.chunks())
    with transaction.atomic():
        made: File = File.objects.create(
            name=shown_name(file.name or ""),
            content_type=content_type if MEDIA.fullmatch(content_type) else PLAIN,
            size=len(data),
            content=_keep(data, at),
            created_by=by,
            created_at=at,
        )
        FileAbout.objects.bulk_create(
            FileAbout(of=made, kind=row._meta.model_name, object_id=row.pk) for row in about
        )
        record("file.added", by=by, about=[made, *about], at=at, data={"name": made.name})
    return made


def remove_file(*, file: File, by: Membership, at: datetime) -> None:
    """Take a file off its records; for thirty days it can be brought back."""
    _turn(file, "file.removed", by, at, trashed=True)


def bring_back_file(*, file: File, by: Membership, at: datetime) -> None:
    """As if it had never been taken off."""
    _turn(file, "file.brought_back", by, at, trashed=False)


def _turn(file: File, verb: str, by: Membership, at: datetime, *, trashed: bool) -> None:
    with transaction.atomic():
        rows = File.objects.filter(pk=file.pk, trashed_at__isnull=trashed)
        if rows.update(trashed_at=at if trashed else None):
            record(verb, by=by, about=[file, *records_of(file)], at=at, data={"name": file.name})


def _keep(data: bytes, at: datetime) -> FileContent:
    digest = hashlib.sha256(data).digest()
    FileContent.objects.bulk_create(
        [FileContent(sha256=digest, size=len(data), data=data, created_at=at)],
        ignore_conflicts=True,
    )
    FileContent.objects.filter(sha256=digest).update(created_at=at)
    found: FileContent = FileContent.objects.only("pk", "workspace_id").get(sha256=digest)
    return found


def drop_files(*, at: datetime, most: int) -> int:
    """Delete for good files and notes removed thirty days ago, and bytes nothing refers to."""
    gone = 0
    for model in (File, Note):
        old = model.objects.filter(trashed_at__lt=at - KEPT_FOR).order_by("pk")
        ids = list(old.values_list("pk", flat=True)[:most])
        model.objects.filter(pk__in=ids).delete()
        gone = max(gone, len(ids))
    used = File.objects.filter(content=OuterRef("pk"))
    loose = FileContent.objects.filter(~Exists(used), created_at__lt=at - YOUNG)
    ids = list(loose.order_by("pk").values_list("pk", flat=True)[:most])
    FileContent.objects.filter(pk__in=ids).delete()
    return max(gone, len(ids))


def shown_name(name: str) -> str:
    """A file's name without folders and control characters, its ending kept."""
    plain = PurePath(name.replace("\\", "/")).name
    name = "".join(letter for letter in plain if letter.isprintable())
    if len(name) <= NAME:
        return name or "file"
    ending = PurePath(name).suffix[:16]
    return name[: NAME - len(ending)] + ending
