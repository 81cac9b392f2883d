"""A list as a file: the rows one sees, nothing that a spreadsheet would compute, and back again."""

import asyncio
from datetime import date
from typing import Any

from django.conf import settings
from django.db import connections
from django.test import Client

from crm.contacts.models import Person
from crm.contacts.tables import reading
from crm.contacts.tables.table import Table
from crm.fields.models import Field, Label, Visibility
from crm.leads.models import Lead
from crm.workspaces.models import AuditEntry, Role
from tests import make
from tests.conftest import superuser
from tests.crm.contacts.files import bring, brought, go
from tests.world import World

FORMULA = '=HYPERLINK("http://evil.test","x")'


def sheet(client: Client, path: str, **query: str) -> Table:
    answer: Any = client.get(path, query)
    assert answer.status_code == 200, answer.content

    async def whole() -> bytes:
        return b"".join([piece async for piece in answer.streaming_content])

    return reading.read(asyncio.run(whole()))


def fill(world: World) -> None:
    with world.opened():
        Field.objects.create(kind="person", key="size", name="Size", type="number")
        works_at = make.organization("Northwind")
        for number in range(3):
            person = make.person(
                f"Dana {number}", f"dana{number}@northwind.test", organization=works_at
            )
            Person.objects.filter(pk=person.pk).update(custom={"size": number}, title=FORMULA)
        hidden = make.person("Hidden", "hidden@northwind.test", owner=world.alice)
        Person.objects.filter(pk=hidden.pk).update(visibility=Visibility.OWNER)
    with world.opened(world.globex):
        make.person("Canary", "canary@globex.test")


def test_it_keeps_no_session_of_a_download(world: World) -> None:
    fill(world)
    alice, name = world.browser(world.alice), settings.DATABASES["default"]["NAME"]
    assert len(sheet(alice, "/acme/people/sheet/").rows) == 4
    connections.close_all()
    superuser().execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = %s AND usename = 'fio_app'",
        [name],
    )
    assert len(sheet(alice, "/acme/people/sheet/").rows) == 4


def test_it_downloads_what_the_page_shows(world: World) -> None:
    fill(world)
    alice = world.browser(world.alice)
    found = sheet(alice, "/acme/people/sheet/", q="dana", sort="-name")
    assert found.heading[:3] == ["Name", "Organization", "E-mail"]
    assert [row[0] for row in found.rows] == ["Dana 2", "Dana 1", "Dana 0"]
    assert found.rows[0][1:3] == ["Northwind", "dana2@northwind.test"]
    everything = sheet(alice, "/acme/people/sheet/", all="1", **{"as": "xlsx"})
    assert "Size" in everything.heading and len(everything.rows) == 4
    assert not any("Canary" in cell for row in everything.rows for cell in row)
    with world.opened():
        assert AuditEntry.objects.filter(verb="records.exported").count() == 2


def test_it_says_what_is_to_be_done_next(world: World) -> None:
    with world.opened():
        stage = make.pipeline()[0]
        deal, bare = make.deal(stage, "Depots"), make.deal(stage, "Loggers")
        make.person("Owen")
        make.activity("Call Owen", deal, due=date(2026, 12, 4))
        make.activity("Later", deal, due=date(2026, 12, 9))
    alice = world.browser(world.alice)
    for sort in ("csv", "xlsx"):
        found = sheet(alice, "/acme/deals/sheet/", **{"as": sort})
        assert found.heading[-2:] == ["Next activity", "Next activity due"]
        rows = {row[0]: row[-2:] for row in found.rows}
        assert rows == {deal.name: ["Call Owen", "2026-12-04"], bare.name: ["", ""]}
    assert "Next activity" not in sheet(alice, "/acme/people/sheet/").heading


def test_it_computes_nothing(world: World) -> None:
    fill(world)
    alice = world.browser(world.alice)
    for sort, shown in (("csv", "'" + FORMULA), ("xlsx", FORMULA)):
        found = sheet(alice, "/acme/people/sheet/", **{"all": "1", "as": sort, "q": "dana"})
        assert found.rows[0][found.heading.index("Job title")] == shown


def test_it_is_for_leads_and_shows_what_they_may_see(world: World) -> None:
    fill(world)
    bob = world.browser(world.bob)
    assert bob.get("/acme/people/sheet/").status_code == 403
    assert world.browser(world.charlie).get("/acme/people/sheet/").status_code == 404
    type(world.bob).objects.using("system").filter(pk=world.bob.pk).update(role=Role.MANAGER)
    found = sheet(world.browser(world.bob), "/acme/people/sheet/")
    assert len(found.rows) == 3 and "Hidden" not in str(found.rows)


def test_it_comes_back_the_same(world: World) -> None:
    fill(world)
    alice = world.browser(world.alice)
    answer: Any = alice.get("/acme/people/sheet/", {"all": "1", "q": "dana"})

    async def whole() -> bytes:
        return b"".join([piece async for piece in answer.streaming_content])

    data = asyncio.run(whole())
    with world.opened():
        Person.objects.all().delete()
    batch = brought(world, data)
    assert batch.counts["created"] == 3, batch.counts
    with world.opened():
        person = Person.objects.get(name="Dana 1")
        assert person.title == FORMULA and person.custom == {"size": 1}
        assert person.organization is not None and person.organization.name == "Northwind"


def test_it_writes_cards_that_come_back(world: World) -> None:
    with world.opened():
        works_at = make.organization("Müller, Söhne; Co")
        make.person("Jürgen " + "Müller " * 20, "j@mueller.test", organization=works_at)
    alice = world.browser(world.alice)
    found = sheet(alice, "/acme/people/cards/")
    (row,) = found.rows
    assert row[0] == ("Jürgen " + "Müller " * 20).strip() and "Müller, Söhne; Co" in row
    assert "j@mueller.test" in row
    assert world.browser(world.bob).get("/acme/people/cards/").status_code == 403
    assert world.browser(world.charlie).get("/acme/people/cards/").status_code == 404


def test_a_list_comes_back_as_it_went(world: World) -> None:
    """Days from and to, and labels and choices that hold what divides them."""
    names = ("Blue; light", "Red, dark", "Red")
    options = [{"key": str(number), "name": name} for number, name in enumerate(names)]
    own = {
        "days": {"from": "2026-02-03", "to": "2026-03-04"},
        "hues": ["0", "1", "2"],
        "less": -5.5,
    }
    with world.opened():
        for key, kind in (("days", "date_range"), ("hues", "choices"), ("less", "number")):
            Field.objects.create(kind="lead", key=key, name=key, type=kind, options=options)
        labels = [
            Label.objects.create(kind="lead", name=name, hue="clay") for name in ("A; b", "C, d")
        ]
        for name in ("=Fridges", "'=Vans", "'Tis", "  @x"):
            make.lead(name, custom=own, label_ids=[label.pk for label in labels], source="+1")
        before = list(Lead.objects.order_by("pk").values())
    alice = world.browser(world.alice)
    answer: Any = alice.get("/acme/leads/sheet/", {"all": "1"})

    async def whole() -> bytes:
        return b"".join([piece async for piece in answer.streaming_content])

    here = bring(alice, asyncio.run(whole()))
    alice.post(here, {"policy": "update"})
    assert go(alice, here, "run").counts["skipped"] == len(before)
    with world.opened():
        assert list(Lead.objects.order_by("pk").values()) == before
        assert Label.objects.count() == len(labels)
