"""A backup comes back on another host, whole, or says what is missing."""

import base64
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.management import CommandError, call_command
from django.db import connections
from django.utils import timezone

from crm.config.backup import dump, manifest
from crm.config.embedded import backing
from crm.workspaces import checksums
from tests import make
from tests.world import NOW, PASSWORD, World

CHECKOUT = Path(__file__).parents[2]
SUBJECT = "Price for 14 depots"
Env = dict[str, str]


@pytest.fixture(scope="module")
def another() -> Iterator[Env]:
    """A second, empty PostgreSQL that has never heard of Fio, and our own master keys."""
    with tempfile.TemporaryDirectory(prefix="fio-second-") as folder:
        Path(folder).chmod(0o755)
        with backing.services(Path(folder) / "var", durable=False) as env:
            yield env


@pytest.fixture
def host(another: Env) -> Env:
    """That second host, empty again."""
    with psycopg.connect(another["FIO_DATABASE_ADMIN_URL"], autocommit=True) as session:
        session.execute("DROP DATABASE IF EXISTS fio WITH (FORCE)")
    return another | {"FIO_MASTER_KEYS": ",".join(settings.MASTER_KEYS)}


@pytest.fixture
def filled(world: World) -> str:
    """Mail, a sealed password and an outbox in Acme; the path of a conversation."""
    # Hashed as in real life, for a process that knows no quicker way
    hasher = Argon2PasswordHasher()
    world.alice.user.password = hasher.encode(PASSWORD, hasher.salt())
    world.alice.user.save()
    with world.opened():
        box = make.mailbox(world.alice)
        make.connection(box, password="the mail password")
        messages = make.conversation(box, subject=SUBJECT)
        make.outgoing(box, world.alice, subject="Due", send_after=NOW)
        later = timezone.now() + timedelta(days=30)
        make.outgoing(box, world.alice, subject="Next month", send_after=later)
        return f"/acme/inbox/t/{messages[0].thread.uid}/"


def python(*argv: str, env: Env) -> subprocess.CompletedProcess[str]:
    """Our code on the second host, and nothing of the first in its environment."""
    plain = {k: v for k, v in os.environ.items() if not k.startswith(("FIO_", "PG"))}
    plain["DJANGO_SETTINGS_MODULE"] = "crm.config.settings"
    return subprocess.run(
        [sys.executable, *argv],
        cwd=CHECKOUT,
        env=plain | env,
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )


def restored(folder: Path, host: Env, *options: str) -> subprocess.CompletedProcess[str]:
    return python("manage.py", "restore", str(folder), *options, env=host)


def found(host: Env, path: str) -> Any:
    """What Alice finds there."""
    done = python("-m", "tests.platform.second_host", "alice@acme.test", path, env=host)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_it_comes_back_on_an_empty_host(filled: str, host: Env, tmp_path: Path) -> None:
    call_command("backup", tmp_path / "b")
    kept = manifest.read(tmp_path / "b")
    assert {line.workspace for line in kept.checksums} == {"-", "acme", "globex"}
    checked = subprocess.run(
        ["sha256sum", "--check", "SHA256SUMS"], cwd=tmp_path / "b", capture_output=True, check=False
    )
    assert checked.returncode == 0
    done = restored(tmp_path / "b", host, "--idle")
    assert done.returncode == 0, done.stderr
    sums = python("manage.py", "workspace_checksums", "--json", env=host).stdout
    again = [checksums.Checksum(**line) for line in json.loads(sums)]
    assert checksums.differences(kept.checksums, again) == []
    there = found(host, filled)
    assert SUBJECT in there["page"] and "Part 3 of the conversation" in there["page"]
    assert there["secrets"] == {"alice@acme.test": "the mail password"}
    assert there["outbox"] == {"Due": "queued", "Next month": "queued"}


def test_it_is_of_one_moment_whatever_happens_meanwhile(
    world: World, filled: str, host: Env, tmp_path: Path
) -> None:
    with dump.snapshot() as (name, cursor):
        with world.opened():
            make.person("Somebody Late")
        folder = tmp_path / "b"
        folder.mkdir()
        dump._write(folder, name, cursor, NOW)
    done = restored(folder, host)
    assert done.returncode == 0, done.stderr
    sums = python("manage.py", "workspace_checksums", env=host).stdout
    assert "contacts_person" not in sums


def test_it_sends_nothing_that_may_have_left_since(filled: str, host: Env, tmp_path: Path) -> None:
    call_command("backup", tmp_path / "b")
    done = restored(tmp_path / "b", host)
    assert "1 mails of the outbox may have left since" in done.stdout, done.stderr
    assert found(host, filled)["outbox"] == {"Due": "unknown", "Next month": "queued"}


def test_it_says_which_master_key_is_missing(filled: str, host: Env, tmp_path: Path) -> None:
    call_command("backup", tmp_path / "b")
    [name] = manifest.read(tmp_path / "b").sealed_by
    other = host | {"FIO_MASTER_KEYS": base64.b64encode(os.urandom(32)).decode()}
    refused = restored(tmp_path / "b", other)
    assert refused.returncode == 1
    assert f"lacks the key named {name}" in refused.stderr and "acme" in refused.stderr
    with psycopg.connect(other["FIO_DATABASE_ADMIN_URL"]) as session:
        assert not session.execute("SELECT 1 FROM pg_database WHERE datname = 'fio'").fetchone()
    done = restored(tmp_path / "b", other, "--lost-keys")
    assert done.returncode == 0, done.stderr
    there = found(other, filled)
    assert SUBJECT in there["page"]
    [why] = there["secrets"].values()
    assert "FIO_MASTER_KEYS lacks the key" in why


def test_it_refuses_a_full_database_and_a_damaged_file(
    filled: str, host: Env, tmp_path: Path
) -> None:
    folder = tmp_path / "b"
    call_command("backup", folder)
    with pytest.raises(CommandError, match="not empty"):
        call_command("backup", folder)
    assert restored(folder, host).returncode == 0
    twice = restored(folder, host)
    assert twice.returncode == 1 and "is not empty" in twice.stderr
    with (folder / "fio.dump").open("r+b") as file:
        file.seek(-1, os.SEEK_END)
        last = file.read(1)
        file.seek(-1, os.SEEK_END)
        file.write(bytes([last[0] ^ 1]))
    damaged = restored(folder, host)
    assert damaged.returncode == 1 and "is not the file that was written" in damaged.stderr
    (folder / "manifest.json").unlink()
    assert "it is no backup" in restored(folder, host).stderr


def test_it_sees_every_change_of_a_row_and_no_change_of_order(world: World) -> None:
    with world.opened():
        first, second = make.person("Ann", "ann@x.test"), make.person("Ben", "ben@x.test")
    before = sums()
    with world.opened():
        # PostgreSQL writes the row anew, behind the other one
        type(first).objects.filter(pk=first.pk).update(name="Ann")
    assert checksums.differences(before, sums()) == []
    with world.opened():
        type(second).objects.filter(pk=second.pk).update(name="Bea")
    [told] = checksums.differences(before, sums())
    assert told.startswith("acme contacts_person: 2 rows")
    with world.opened():
        second.delete()
    lines = checksums.differences(before, sums())
    assert any("contacts_personemail: 2 rows" in line for line in lines)


def sums() -> list[checksums.Checksum]:
    with connections["system"].cursor() as cursor:
        return checksums.take(cursor)
