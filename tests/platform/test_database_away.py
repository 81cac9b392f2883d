"""PostgreSQL was restarted: every session a process had kept is dead, and nobody may notice."""

import psycopg
from django.conf import settings
from django.db import connections

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
