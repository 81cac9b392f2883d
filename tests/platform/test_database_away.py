"""PostgreSQL was restarted, or froze: nobody may notice the one, and the other is told soon."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import close_old_connections, connections
from django.test import Client

from crm.config import probes
from crm.workspaces.postgres import patience
from crm.workspaces.postgres.base import DatabaseWrapper
from tests.world import World

END = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND usename IN ('fio_app', 'fio_system')"
)


def test_f89_it_answers_the_next_request_after_all_kept_sessions_ended(world: World) -> None:
    browser = world.browser(world.alice)
    assert browser.get("/acme/inbox/inbox/").status_code == 200
    for alias in ("default", "system"):
        connection = connections[alias]
        assert isinstance(connection, DatabaseWrapper)
        connection.close()
        pool = connection.pool
        # As many as a busy hour leaves behind
        for kept in [pool.getconn() for _one in range(8)]:
            pool.putconn(kept)
    name = str(settings.DATABASES["default"]["NAME"])
    with psycopg.connect(settings.DATABASE_ADMIN_URL, dbname=name, autocommit=True) as admin:
        assert len(admin.execute(END).fetchall()) >= 16
    assert browser.get("/acme/inbox/inbox/").status_code == 200


OURS = (
    "SELECT pid FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@contextmanager
def frozen() -> Iterator[None]:
    """The server stopped in the middle of whatever it did: its sessions, and who opens new ones."""
    name = str(settings.DATABASES["default"]["NAME"])
    with psycopg.connect(settings.DATABASE_ADMIN_URL, dbname=name, autocommit=True) as admin:
        stopped = [pid for (pid,) in admin.execute(OURS).fetchall()]
        stat = Path(f"/proc/{admin.info.backend_pid}/stat").read_text()
        stopped.append(int(stat.rpartition(")")[2].split()[1]))
        for pid in stopped:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in stopped:
                os.kill(pid, signal.SIGCONT)


def test_it_says_so_while_the_database_is_frozen(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = world.browser(world.alice)
    browser.raise_request_exception = False
    monkeypatch.setattr(patience, "SECONDS", 0.4)
    monkeypatch.setattr(probes, "PATIENCE", 0.4)
    for alias in ("default", "system"):
        connection = connections[alias]
        assert isinstance(connection, DatabaseWrapper)
        monkeypatch.setattr(connection.pool, "timeout", 0.4)
    assert browser.get("/acme/inbox/inbox/").status_code == 200
    api = world.api(world.alice)
    api.client.raise_request_exception = False
    with frozen():
        page = browser.get("/acme/inbox/inbox/")
        close_old_connections()  # As a server does after each request
        program = api.get("people/")
        close_old_connections()
        ready = Client().get("/readyz")
        assert Client().get("/livez").status_code == 200
    close_old_connections()
    assert page.status_code == program.status_code == ready.status_code == 503
    assert page.headers["Retry-After"] and program.json()["title"]
    assert "PostgreSQL does not answer" in ready.json()["problems"]["database"]
    assert browser.get("/acme/inbox/inbox/").status_code == 200
