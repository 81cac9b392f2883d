"""Restoring a backup into an empty database, and proving that it is the same."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from crm.config.backup import dump, manifest, programs
from crm.config.backup.manifest import DUMP, Manifest
from crm.workspaces import checksums, sealing
from crm.workspaces.tenancy import open_workspace
from inbox.actions import outbox

Say = Callable[[str], None]


class NotRestored(Exception):
    """The backup could not be restored, or did not come back whole; the text says why."""


def restore(folder: Path, *, jobs: int, lost_keys: bool, idle: bool, say: Say) -> None:
    """Load a backup into this installation's empty database; raises NotRestored or Damaged.

    Nothing is changed before the backup, the master keys and the emptiness of the database
    have been looked at. With `idle` nothing was sent after the backup was made, and the
    outbox goes on as it was; `lost_keys` restores what can be had without a master key.
    """
    say("looking at the backup")
    found = manifest.read(folder)
    _keys(found, say, lost_keys=lost_keys)
    say("roles and an empty database")
    call_command("database_bootstrap", verbosity=0)
    _empty()
    say(f"loading {found.octets / 1e6:.1f} MB")
    _load(folder / DUMP, jobs)
    say("comparing every table of every workspace")
    _compare(found)
    say("migrations of this version, and the walls")
    call_command("migrate", interactive=False, verbosity=0)
    call_command("check_tenancy", verbosity=0)
    _gather()
    if not idle:
        _doubt(found, say)
    rows = sum(line.rows for line in found.checksums)
    names = {line.workspace for line in found.checksums} - {checksums.INSTALLATION}
    say(f"restored: {rows} rows of {len(names)} workspaces, as they were at {found.made_at}")


def _keys(found: Manifest, say: Say, *, lost_keys: bool) -> None:
    ours = {name.hex() for name in sealing.master_keys(settings.MASTER_KEYS)}
    lacking = {name: slugs for name, slugs in found.sealed_by.items() if name not in ours}
    for name, slugs in lacking.items():
        words = (
            f"FIO_MASTER_KEYS lacks the key named {name}, which opens the mailbox passwords of"
            f" {len(slugs)} workspaces ({', '.join(slugs[:5])}{', …' if slugs[5:] else ''})"
        )
        if not lost_keys:
            raise NotRestored(
                f"{words}. Put it there and restore again; or, if it is lost, restore with"
                " --lost-keys: everything but those passwords comes back."
            )
        say(f"! {words}")


def _empty() -> None:
    """Refuse a database that holds anything: a restore never mixes with what is there."""
    with _session("owner") as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        [(tables,)] = cursor.fetchall()
    if tables:
        raise NotRestored(
            f"the database {settings.DATABASES['owner']['NAME']} is not empty: it has {tables}"
            " tables. Restore into a new one; remove it first if an earlier restore broke off."
        )


def _load(place: Path, jobs: int) -> None:
    """As the owner of the tables; all or nothing, unless several jobs share the work."""
    how = [f"--jobs={jobs}"] if jobs > 1 else ["--single-transaction"]
    argv = [
        *(str(programs.path("pg_restore")), "--exit-on-error", "--no-comments", *how),
        *("--no-owner", f"--dbname={programs.dbname('owner')}", str(place)),
    ]
    done = subprocess.run(
        argv, env=programs.environment("owner"), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise NotRestored(f"pg_restore: {done.stderr.strip()}")


def _compare(found: Manifest) -> None:
    with _session("system") as cursor:
        now = checksums.take(cursor)
        roles = dump.roles(cursor)
    wrong = checksums.differences(found.checksums, now)
    wrong += [
        f"the role {name} may do {roles.get(name)} and not {rights}"
        for name, rights in found.roles.items()
        if roles.get(name) != rights
    ]
    if wrong:
        raise NotRestored("what came back is not what was kept:\n" + "\n".join(wrong))


def _gather() -> None:
    """Statistics, without which the first hours would be slow."""
    with psycopg.connect(**programs.address("owner"), autocommit=True) as session:
        session.execute("ANALYZE")


def _doubt(found: Manifest, say: Say) -> None:
    """Mail that may have left after the backup was made must not leave again by itself."""
    since, at = datetime.fromisoformat(found.made_at), timezone.now()
    with _session("system") as cursor:
        cursor.execute("SELECT id FROM workspaces_workspace ORDER BY id")
        workspaces = [number for (number,) in cursor.fetchall()]
    count = 0
    for workspace_id in workspaces:
        with open_workspace(workspace_id):
            count += outbox.doubt(since=since, at=at)
    if count:
        say(f"{count} mails of the outbox may have left since: Sent is searched, people decide")


@contextmanager
def _session(alias: str) -> Iterator[Any]:
    with psycopg.connect(**programs.address(alias)) as session, session.cursor() as cursor:
        yield cursor
