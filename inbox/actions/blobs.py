"""Keeping bytes, before anybody tries to read them."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

import zstandard
from django.db import connections

from crm.workspaces import bulk
from inbox.models import Blob

# Level 3 is 4 % smaller and a quarter slower; attachments do not compress anyway
LEVEL = 1
# Half the age at which bytes that nothing refers to are swept away
YOUNG = timedelta(hours=12)


def keep(*, raws: Sequence[bytes], at: datetime) -> list[int]:
    """Store each of these once; returns the blob ids in the same order."""
    packer = zstandard.ZstdCompressor(level=LEVEL)
    hashes = [hashlib.sha256(raw).digest() for raw in raws]
    first = dict(zip(hashes, raws, strict=True))
    known = _ids(list(first))
    _renew(list(known.values()), at)
    # In one order everywhere, so that two who keep the same mails wait for each other in turn
    fresh = sorted(digest for digest in first if digest not in known)
    if fresh:
        ids = dict(zip(fresh, bulk.new_ids(Blob, len(fresh)), strict=True))
        inserted = bulk.insert(
            Blob,
            ("id", "sha256", "size", "data", "created_at"),
            (
                (ids[digest], digest, len(first[digest]), packer.compress(first[digest]), at)
                for digest in fresh
            ),
            on_conflict="ON CONFLICT (workspace_id, sha256) DO NOTHING",
        )
        known |= ids if inserted == len(fresh) else _ids(fresh)
    return [known[digest] for digest in hashes]


def _renew(ids: list[int], at: datetime) -> None:
    """What was kept long ago is young again: whoever keeps it now is about to refer to it."""
    if ids:
        with connections["default"].cursor() as cursor:
            cursor.execute(
                "UPDATE inbox_blob SET created_at = %s WHERE id IN (SELECT id FROM inbox_blob"
                " WHERE id = ANY(%s) AND created_at < %s"
                " AND workspace_id = current_setting('app.workspace_id')::bigint"
                " FOR NO KEY UPDATE SKIP LOCKED)"
                " AND workspace_id = current_setting('app.workspace_id')::bigint",
                [at, ids, at - YOUNG],
            )


def _ids(hashes: list[bytes]) -> dict[bytes, int]:
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT sha256, id FROM inbox_blob WHERE sha256 = ANY(%s)"
            " AND workspace_id = current_setting('app.workspace_id')::bigint"
            # Nobody may sweep away what is referred to in a moment
            " FOR KEY SHARE",
            [hashes],
        )
        return {bytes(digest): blob_id for digest, blob_id in cursor.fetchall()}
