"""Whoever steals a dump of the database has no key to anything."""

import base64
import re
from collections.abc import Iterator
from typing import Any

import psycopg
from django.conf import settings

from crm.workspaces import actions
from crm.workspaces.models import Role
from sync.models import Connection
from tests import make
from tests.world import NOW, PASSWORD, World

MAILBOX_PASSWORD = "a-mailbox-password-of-alice"


def dump() -> str:
    """Every row of every table, as the superuser reads them."""
    name = str(settings.DATABASES["default"]["NAME"])
    found = []
    with psycopg.connect(settings.DATABASE_ADMIN_URL, dbname=name) as session:
        tables = session.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in tables.fetchall():
            with session.cursor().copy(f"COPY {table} TO STDOUT") as rows:
                found += [bytes(row).decode(errors="replace") for row in rows]
    return "".join(found)


def forms(secret: str) -> Iterator[str]:
    """The secret as it is, in hexadecimal, and in base64 wherever it begins."""
    raw = secret.encode()
    yield secret
    yield raw.hex()
    for lead in range(3):
        packed = base64.b64encode(b"\0" * lead + raw).decode()
        yield packed[4 if lead else 0 : -4]


def test_it_keeps_no_secret_that_opens_anything(world: World, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    _offer, invitation = actions.invite(
        email="guest@acme.test", role=Role.MEMBER, by=world.alice, at=NOW
    )
    api, browser = world.api(world.alice), world.browser(world.alice)
    browser.get(f"/invitations/{invitation}/")
    with world.opened():
        make.connection(make.mailbox(world.alice))
        Connection.objects.all().delete()
    answer = api.post(
        "mailboxes/",
        {
            "address": "alice@northwind.test",
            "imap_host": "imap.northwind.test",
            "smtp_host": "smtp.northwind.test",
            "password": MAILBOX_PASSWORD,
        },
        key="once",
    )
    assert answer.status_code == 201
    token = api.headers["Authorization"].removeprefix("Bearer ")
    secrets = {
        "password": PASSWORD,
        "token": token,
        "end of the token": re.sub("^fio_", "", token)[:30],
        "cookie": browser.cookies["fio-session"].value,
        "invitation": invitation,
        "mailbox": MAILBOX_PASSWORD,
        "secret key": settings.SECRET_KEY,
        "master key": settings.MASTER_KEYS[0],
    }
    kept = dump()
    assert "alice@northwind.test" in kept and "guest@acme.test" in kept
    assert {
        name for name, value in secrets.items() for each in forms(value) if each in kept
    } == set()
