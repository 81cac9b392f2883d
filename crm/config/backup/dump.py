"""Writing a backup: dump and checksums of one snapshot, while everything goes on.

The role fio_system reads all workspaces and may change no table; no superuser is needed.
"""

import hashlib
import os
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg

from crm.config.backup import programs
from crm.config.backup.manifest import DUMP, MANIFEST, PIECE, Manifest
from crm.workspaces import checksums, sealing, walls


class NotWritten(Exception):
    """The backup could not be made; the text says why."""


def write(folder: Path, *, at: datetime) -> Manifest:
    """Back up into a new or empty folder that only we can read; raises NotWritten."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise NotWritten(f"{folder} is not empty: give each backup a folder of its own")
    except OSError as error:
        raise NotWritten(f"{folder}: {error.strerror}") from error
    with snapshot() as (name, cursor):
        return _write(folder, name, cursor, at)


@contextmanager
def snapshot() -> Iterator[tuple[str, Any]]:
    """A moment of the database that others may look at too: its name, and a cursor in it."""
    with psycopg.connect(**programs.address("system")) as session, session.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        row = cursor.fetchone()
        assert row is not None
        yield row[0], cursor


def _write(folder: Path, name: str, cursor: Any, at: datetime) -> Manifest:
    octets, sha256 = stream(folder / DUMP, name)
    cursor.execute("SELECT app || '.' || name FROM django_migrations ORDER BY app, name")
    migrations = [each for (each,) in cursor.fetchall()]
    manifest = Manifest(
        made_at=at.isoformat(),
        postgresql=cursor.connection.info.parameter_status("server_version") or "",
        octets=octets,
        sha256=sha256,
        roles=roles(cursor),
        migrations=migrations,
        sealed_by=sealed_by(cursor),
        checksums=checksums.take(cursor),
    )
    manifest.write(folder)
    _to_disk(folder / MANIFEST)
    return manifest


def stream(place: Path, name: str) -> tuple[int, str]:
    """Dump a snapshot into a file as it comes; returns its octets and SHA-256."""
    argv = [
        str(programs.path("pg_dump")),
        *("--format=custom", "--compress=1", "--no-comments", f"--snapshot={name}"),
        f"--dbname={programs.dbname('system')}",
    ]
    seen, octets = hashlib.sha256(), 0
    handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with (
        os.fdopen(handle, "wb") as target,
        subprocess.Popen(
            argv,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=programs.environment("system"),
        ) as child,
    ):
        assert child.stdout is not None and child.stderr is not None
        while piece := child.stdout.read(PIECE):
            target.write(piece)
            seen.update(piece)
            octets += len(piece)
        words = child.stderr.read().decode(errors="replace").strip()
    if child.returncode:
        place.unlink()
        raise NotWritten(f"pg_dump: {words}")
    _to_disk(place)
    return octets, seen.hexdigest()


def roles(cursor: Any) -> dict[str, dict[str, bool]]:
    """What each of our three roles may do in the whole cluster."""
    cursor.execute(
        "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles"
        " WHERE rolname = ANY(%s)",
        [[walls.OWNER_ROLE, walls.APP_ROLE, walls.SYSTEM_ROLE]],
    )
    names = ("superuser", "bypasses_walls", "makes_roles", "makes_databases")
    return {name: dict(zip(names, rights, strict=True)) for name, *rights in cursor.fetchall()}


def sealed_by(cursor: Any) -> dict[str, list[str]]:
    """The names of the master keys that are needed, and for which workspaces."""
    found: dict[str, list[str]] = defaultdict(list)
    cursor.execute("SELECT slug, data_key FROM workspaces_workspace ORDER BY slug")
    for slug, wrapped in cursor.fetchall():
        for name in sorted(sealing.masters_of(bytes(wrapped))):
            found[name.hex()].append(slug)
    return dict(found)


def _to_disk(place: Path) -> None:
    """A backup that a power cut could still take is none."""
    for each in (place, place.parent):
        handle = os.open(each, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
