"""Migrating while everybody works: nobody waits for it long, and it comes to its end."""

import io
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections, transaction

from crm.workspaces import inspection, walls
from crm.workspaces.management.commands import migrate
from tests import make
from tests.world import World

LINK = "inbox_message_thread_id_wall"
INDEX = "inbox_mailbox_wall_uid"


def admin() -> psycopg.Connection:
    name = str(settings.DATABASES["default"]["NAME"])
    return psycopg.connect(settings.DATABASE_ADMIN_URL, dbname=name)


def owner(statement: str) -> Any:
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone() if cursor.description else None


def test_it_waits_for_no_lock_for_long(db: None) -> None:
    assert owner("SHOW lock_timeout") == ("4s",)


def test_it_tries_again_until_a_table_is_free(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with world.opened():
        make.conversation(make.mailbox(world.alice))
    owner(f"ALTER TABLE inbox_message DROP CONSTRAINT {LINK}")
    monkeypatch.setattr(migrate, "PAUSE", 0.0)
    busy = admin()
    busy.execute("LOCK TABLE inbox_message IN ROW EXCLUSIVE MODE")

    class Told(io.StringIO):
        def write(self, words: str) -> int:
            busy.rollback()
            return super().write(words)

    told = Told()
    call_command("migrate", verbosity=0, stderr=told)
    busy.close()
    assert "A table is in use" in told.getvalue()
    assert inspection.findings() == []


def test_it_adds_keys_to_full_tables_without_reading_them_under_a_lock(world: World) -> None:
    with world.opened():
        make.conversation(make.mailbox(world.alice))
    owner(f"ALTER TABLE inbox_message DROP CONSTRAINT {LINK}")
    owner(f"ALTER TABLE inbox_mailbox DROP CONSTRAINT {INDEX}")
    with connections["owner"].cursor() as cursor:
        walls.index_full_tables(cursor)
        with transaction.atomic("owner"):
            walls.raise_walls(cursor)
        assert inspection.findings() == [
            f"inbox_message.{LINK} was never proven for the rows that were there before it"
        ]
        walls.prove(cursor)
    assert inspection.findings() == []


def test_it_begins_an_index_anew_that_broke_off(world: World) -> None:
    owner("CREATE INDEX half ON inbox_mailbox (workspace_id, name)")
    with admin() as session:
        session.execute(
            "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'half'::regclass"
        )
    call_command("migrate", verbosity=0)
    assert owner("SELECT to_regclass('half')") == (None,)
