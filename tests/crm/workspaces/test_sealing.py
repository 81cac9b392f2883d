"""Secrets at rest: each opens in its own place only, and survives a change of keys."""

import base64
import os
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from crm.workspaces import rotation, sealing
from crm.workspaces.models import Workspace
from sync.models import Connection
from tests import make
from tests.rows import Rows
from tests.world import NOW, World

SECRET = "the mail password"


def new_master() -> str:
    return base64.b64encode(os.urandom(32)).decode()


@pytest.fixture
def connection(world: World) -> Connection:
    with world.opened():
        return make.connection(make.mailbox(world.alice), password=SECRET)


def opened(world: World) -> str:
    with world.opened():
        return sealing.unseal(Connection.objects.get(), "password")


def test_it_keeps_a_secret_and_gives_it_back(world: World, connection: Connection) -> None:
    assert SECRET.encode() not in bytes(connection.password)
    assert opened(world) == SECRET


def test_it_does_not_open_in_another_row(world: World, connection: Connection) -> None:
    with world.opened():
        other = make.connection(make.mailbox(world.bob), password="bob's own")
        other.password = connection.password
        with pytest.raises(sealing.CannotOpen):
            sealing.unseal(other, "password")


def test_it_does_not_open_in_another_workspace(world: World, connection: Connection) -> None:
    with world.opened(world.globex):
        theirs = make.connection(make.mailbox(world.charlie))
        theirs.uid, theirs.password = connection.uid, connection.password
        with pytest.raises(sealing.CannotOpen):
            sealing.unseal(theirs, "password")


def test_it_does_not_open_elsewhere_even_with_the_other_key(
    world: World, connection: Connection
) -> None:
    acme = Workspace.objects.using("system").get(pk=world.acme.pk)
    keys = sealing.unwrap(bytes(acme.data_key), acme.uid)
    foreign = sealing.names(connection, "password", world.globex.pk)
    with pytest.raises(sealing.CannotOpen):
        sealing.unseal_with(keys, foreign, bytes(connection.password))


def test_it_does_not_take_the_key_of_another_workspace(world: World) -> None:
    with pytest.raises(sealing.CannotOpen):
        sealing.unwrap(bytes(world.acme.data_key), world.globex.uid)


def test_it_lets_the_old_master_key_go(world: World, connection: Connection, settings: Any) -> None:
    fresh = new_master()
    settings.MASTER_KEYS = [fresh, *settings.MASTER_KEYS]
    call_command("rotate_keys", verbosity=0)
    settings.MASTER_KEYS = [fresh]
    assert opened(world) == SECRET


def test_it_says_so_when_the_master_key_is_gone(
    world: World, connection: Connection, settings: Any
) -> None:
    settings.MASTER_KEYS = [new_master()]
    with pytest.raises(sealing.CannotOpen, match="FIO_MASTER_KEYS"):
        opened(world)
    with pytest.raises(CommandError, match="acme"):
        call_command("rotate_keys", verbosity=0)


def test_it_renews_workspace_keys_and_every_secret(world: World, connection: Connection) -> None:
    before = bytes(connection.password)
    call_command("rotate_keys", "--fresh", verbosity=0)
    with world.opened():
        after = bytes(Connection.objects.get().password)
    assert after[:4] != before[:4]
    assert opened(world) == SECRET


def test_it_opens_what_was_sealed_in_the_moment_of_the_change(
    world: World, connection: Connection
) -> None:
    late = bytes(connection.password)
    call_command("rotate_keys", "--fresh", verbosity=0)
    with world.opened():
        Connection.objects.update(password=late)
    assert opened(world) == SECRET
    Workspace.objects.using("system").update(key_made_at=NOW - timedelta(days=1))
    call_command("rotate_keys", "--fresh", verbosity=0)
    assert opened(world) == SECRET


def sealed_rows(world: World) -> dict[str, tuple[Any, str, str]]:
    """A row with a secret in every sealed column of every table, found by looking at the models."""
    found: dict[str, tuple[Any, str, str]] = {}
    with world.opened():
        rows = Rows(world.alice, "canary").fill()
        for model, field in rotation.sealed_fields():
            row, secret = rows.made[model], f"secret of {model._meta.label}.{field}"
            sealing.seal(row, field, secret)
            row.save()
            found[f"{model._meta.label}.{field}"] = (model, field, secret)
    assert found
    return found


def check(world: World, expected: dict[str, tuple[Any, str, str]]) -> None:
    with world.opened():
        for model, field, secret in expected.values():
            rows = [row for row in model.objects.all() if getattr(row, field)]
            assert secret in [sealing.unseal(row, field) for row in rows], model


def test_it_renews_every_sealed_column_there_is(world: World, settings: Any) -> None:
    expected = sealed_rows(world)
    old = Workspace.objects.using("system").get(pk=world.acme.pk)
    first = sealing.key_name(sealing.unwrap(bytes(old.data_key), old.uid)[0])
    settings.MASTER_KEYS = [new_master(), *settings.MASTER_KEYS]
    call_command("rotate_keys", "--fresh", verbosity=0)
    settings.MASTER_KEYS = settings.MASTER_KEYS[:1]
    check(world, expected)
    for model, field, _secret in expected.values():
        unwalled: Any = model.unwalled
        for row in unwalled.exclude(**{field: None}):
            assert bytes(getattr(row, field))[:4] != first, model


def test_it_opens_everything_meanwhile_and_carries_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = sealed_rows(world)
    with world.opened():
        for number in range(5):
            make.connection(make.mailbox(world.alice, f"box{number}@acme.test"), password="x")
    monkeypatch.setattr(rotation, "AT_ONCE", 2)
    anew, seen = rotation._anew, 0

    def interrupted(*args: Any) -> bytes | None:
        nonlocal seen
        seen += 1
        check(world, expected)
        if seen == 4:
            raise KeyboardInterrupt
        return anew(*args)

    monkeypatch.setattr(rotation, "_anew", interrupted)
    with pytest.raises(KeyboardInterrupt):
        rotation.rotate(world.acme.pk, fresh=True, at=NOW)
    monkeypatch.setattr(rotation, "_anew", anew)
    check(world, expected)
    half = Workspace.objects.using("system").get(pk=world.acme.pk)
    left = rotation.rotate(world.acme.pk, fresh=True, at=NOW + timedelta(hours=1))
    assert left == 6 - 2
    whole = Workspace.objects.using("system").get(pk=world.acme.pk)
    assert len(sealing.unwrap(bytes(whole.data_key), whole.uid)) == 2
    assert sealing.unwrap(bytes(whole.data_key), whole.uid) == sealing.unwrap(
        bytes(half.data_key), half.uid
    )
    check(world, expected)


def test_it_leaves_no_usable_secret_in_the_database(world: World, connection: Connection) -> None:
    _token, secret = world.api(world.alice), "correct horse battery staple"
    with connections["system"].cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT t::text FROM {table} t")
            dump = "\n".join(row for (row,) in cursor.fetchall())
            assert SECRET not in dump
            assert SECRET.encode().hex() not in dump
            assert secret not in dump
            assert "fio_" not in dump.replace("fio_app", "").replace("fio_owner", "")
