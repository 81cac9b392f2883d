"""The one small world every story is told in."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.core.cache import cache as memory
from django.core.management import call_command
from django.db import connections
from pytest_django.plugin import DjangoDbBlocker
from whitenoise.base import WhiteNoise

from tests import orders, tallies
from tests.world import World


@pytest.fixture(scope="session", autouse=True)
def built_files() -> Iterator[None]:
    """What every client begins with, hundreds of built files, is looked for once."""
    look, known = WhiteNoise.update_files_dictionary, {}

    def remembered(self: WhiteNoise, root: str, prefix: str) -> None:
        if (root, prefix) not in known:
            own = self.files
            self.files = {}
            look(self, root, prefix)
            known[root, prefix] = self.files
            self.files = own
        self.files.update(known[root, prefix])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoise, "update_files_dictionary", remembered)
        yield


@pytest.fixture(scope="session")
def database(django_db_blocker: DjangoDbBlocker) -> None:
    """The migrated database of this process, behind both walls."""
    if not Path(settings.STATIC_ROOT, "staticfiles.json").exists():
        # Pages can be read without the built assets; browsers are given the built ones
        plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
        settings.STORAGES["staticfiles"] = {"BACKEND": plain}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with django_db_blocker.unblock():
        call_command("database_bootstrap", verbosity=0)
        call_command("migrate", verbosity=0)


@pytest.fixture
def db(database: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """An empty database; what a test writes is committed, as in real life, and wiped after."""
    with django_db_blocker.unblock():
        _mend()
        yield
        miscounted, misplaced = tallies.wrong(superuser()), orders.wrong(superuser())
        wipe()
        assert miscounted == [], "the sums of the board are not those of its deals"
        assert misplaced == [], "labels or unread marks stand elsewhere than their conversations"
        memory.clear()


@pytest.fixture
def world(db: None) -> World:
    """Acme with Alice (owner) and Bob (member); Globex with Charlie, who must see nothing."""
    return World.build()


def wipe() -> None:
    """Empty every table that has rows.

    As the superuser, with constraints asleep: deleting a few rows takes a tenth of the
    time that truncating the same tables does.
    """
    keep = {"django_migrations", "django_content_type", "auth_permission"}
    tables = {m._meta.db_table for m in apps.get_models(include_auto_created=True)} - keep
    found = " UNION ALL ".join(
        f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {table})" for table in sorted(tables)
    )
    admin = superuser()
    with admin.transaction():
        admin.execute("SET LOCAL session_replication_role = replica")
        for (table,) in admin.execute(found).fetchall():
            admin.execute(f"DELETE FROM {table}")


def _mend() -> None:
    """Begin with connections that work: the story before may have ended every session."""
    for connection in connections.all(initialized_only=True):
        if connection.connection is not None and not connection.is_usable():
            connection.close()


@cache
def superuser() -> psycopg.Connection:
    """A connection nothing is hidden from, kept for the whole run."""
    name = str(settings.DATABASES["default"]["NAME"])
    return psycopg.connect(settings.DATABASE_ADMIN_URL, dbname=name, autocommit=True)
