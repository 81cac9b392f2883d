"""The database goes away under the processes that work by themselves, and they take no harm."""

import os
import subprocess
import sys
from collections.abc import Iterator

import psycopg
import pytest
from django.conf import settings

from sync.management.commands.scheduler import LOCK
from tests.sync.patience import until
from tests.world import World

HOLDERS = (
    "SELECT pid FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
    " WHERE locktype = 'advisory' AND granted AND d.datname = current_database()"
    " AND %s IN (classid::bigint, objid::bigint)"
)


@pytest.fixture
def admin(db: None) -> Iterator[psycopg.Connection]:
    name = str(settings.DATABASES["default"]["NAME"])
    with psycopg.connect(settings.DATABASE_ADMIN_URL, dbname=name, autocommit=True) as found:
        yield found


def test_f89_it_schedules_again_after_its_session_was_ended(
    world: World, admin: psycopg.Connection
) -> None:
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "crm.config.settings"}
    running = subprocess.Popen([sys.executable, "manage.py", "scheduler"], env=env)

    def holders() -> list[int]:
        return [pid for (pid,) in admin.execute(HOLDERS, [LOCK]).fetchall()]

    try:
        until(holders)
        before = holders()
        for pid in before:
            admin.execute("SELECT pg_terminate_backend(%s)", [pid])
        until(lambda: set(holders()) - set(before))
        assert running.poll() is None
    finally:
        running.terminate()
        assert running.wait(30) == 0


def test_it_stands_by_until_the_other_scheduler_is_gone(
    world: World, admin: psycopg.Connection
) -> None:
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "crm.config.settings"}
    start = [sys.executable, "manage.py", "scheduler"]

    def holders() -> list[int]:
        return [pid for (pid,) in admin.execute(HOLDERS, [LOCK]).fetchall()]

    running = [subprocess.Popen(start, env=env) for _one in range(2)]
    try:
        until(holders)
        before = holders()
        assert len(before) == 1
        # Whichever of the two it is, the other takes over
        running[0].kill()
        running[0].wait()
        until(lambda: len(holders()) == 1)
        assert running[1].poll() is None
    finally:
        for process in running:
            process.terminate()
            process.wait(30)
