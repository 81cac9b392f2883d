"""What other programs write is understood as it is: charsets, separators, headings, cards."""

import asyncio
from typing import Any

import pytest

from crm.contacts.models import Organization, Person, PersonPhone
from crm.contacts.tables import cards, reading
from crm.contacts.tables.table import Unreadable
from crm.deals.models import Deal, Stay
from crm.leads.models import Lead
from crm.projects.models import Project
from tests import make
from tests.crm.contacts.files import brought, written
from tests.world import World

GOOGLE = [
    ["First Name", "Middle Name", "Last Name", "Organization Name", "Organization Title",
     "Notes", "Labels", "E-mail 1 - Label", "E-mail 1 - Value", "Phone 1 - Label",
     "Phone 1 - Value", "Address 1 - Label", "Address 1 - Formatted", "Address 1 - City"],
    ["Maria", "da", "Silva", "Padaria, Ltda.", "Dona", "line\nbreak", "VIP ::: * myContacts",
     "* Work", "maria@padaria.test ::: m@casa.test", "Mobile", "+55 11 3210-4321",
     "Home", "Rua Um, 5\nSantos", "Santos"],
]  # fmt: skip
OUTLOOK = [
    ["Title", "First Name", "Last Name", "Company", "Job Title", "E-mail Address",
     "E-mail 2 Address", "Business Phone", "Categories",
     "Business Street", "Business City", "Business Country/Region"],
    ["Dr.", "Jürgen", "Müller", "Müller & Söhne", "Chef", "j@mueller.test", "", "+49 30 901820",
     "Business;Kunde", "Am Markt 3", "Berlin", "Germany"],
]  # fmt: skip
HUBSPOT = [
    ["Record ID", "First Name", "Last Name", "Phone Number", "Email", "Associated Company",
     "Job Title", "Contact owner", "Additional email addresses",
     "Street Address", "City"],
    ["101", "Ada", "Lovelace", "+44 20 7946 0018", "ada@engines.test", "Engines", "Programmer",
     "bob@acme.test", "ada@home.test", "1 High Street", "Leeds"],
]  # fmt: skip
PIPEDRIVE = [
    ["Person - Name", "Person - Email - Work", "Person - Phone - Work", "Person - Organization",
     "Person - Owner", "Person - Label", "Person - Postal address"],
    ["Ada Lovelace", "ada@engines.test", "+44 20 7946 0018", "Engines", "Bob Lindqvist", "Hot",
     "1 High Street, Leeds"],
]  # fmt: skip
PIPEDRIVE_DEALS = [
    ["Deal - Title", "Deal - Value", "Deal - Currency", "Deal - Organization",
     "Deal - Contact person", "Deal - Stage", "Deal - Status", "Deal - Expected close date",
     "Deal - Lost reason"],
    ["Fourteen depots", "12.500,50", "BRL", "Brightmoor", "Ada Lovelace", "Offer", "open",
     "2026-12-31", ""],
    ["Old one", "100", "", "", "", "Nowhere", "lost", "", "Price"],
]  # fmt: skip


@pytest.mark.parametrize("rows", [GOOGLE, OUTLOOK, HUBSPOT, PIPEDRIVE], ids=str)
def test_it_needs_no_mapping_by_hand(world: World, rows: list[list[str]]) -> None:
    batch = brought(world, written(rows))
    assert batch.kind == "person" and batch.counts["created"] == 1, batch.counts
    with world.opened():
        person = Person.objects.get()
        assert person.name in ("Maria da Silva", "Jürgen Müller", "Ada Lovelace")
        assert person.organization is not None and person.emails.exists()
        assert person.phones.get().number.startswith("+")
        assert person.address in (
            "Rua Um, 5\nSantos",
            "Am Markt 3, Berlin, Germany",
            "1 High Street, Leeds",
        )
        if rows is GOOGLE:
            assert {row.address for row in person.emails.all()} == {
                "maria@padaria.test",
                "m@casa.test",
            }
            assert len(person.label_ids) == 1
            assert person.phones.get().label == "mobile"
        if rows is OUTLOOK:
            assert person.title == "Chef" and len(person.label_ids) == 2
        if rows in (HUBSPOT, PIPEDRIVE):
            assert person.owner == world.bob


def test_it_imports_deals_with_whom_they_are_for(world: World) -> None:
    with world.opened():
        stages = make.pipeline("New business", "First talk", "Offer")
    batch = brought(world, written(PIPEDRIVE_DEALS, ";"))
    assert batch.kind == "deal" and batch.counts["created"] == 2, batch.counts
    with world.opened():
        deal = Deal.objects.get(name="Fourteen depots")
        assert (str(deal.value), deal.currency, deal.stage) == ("12500.50", "BRL", stages[1])
        assert deal.organization is not None and deal.organization.name == "Brightmoor"
        assert deal.person is not None and deal.person.name == "Ada Lovelace"
        assert str(deal.expected_on) == "2026-12-31"
        old = Deal.objects.get(name="Old one")
        assert (old.status, old.lost_reason, old.stage) == ("lost", "Price", stages[0])
        assert Stay.objects.filter(deal=deal, left_at=None).count() == 1
        assert Stay.objects.filter(deal=old, left_at=None).count() == 0
    assert brought(world, written(PIPEDRIVE_DEALS, ";")).counts["created"] == 0


def test_it_imports_organizations(world: World) -> None:
    rows = [
        ["Organization - Name", "Organization - Website", "Organization - City"],
        ["Brightmoor", "https://www.brightmoor.test/about", "Leeds"],
    ]
    batch = brought(world, written(rows))
    assert batch.kind == "organization"
    with world.opened():
        row = Organization.objects.get()
        assert (row.name, row.domains, row.address) == ("Brightmoor", ["brightmoor.test"], "Leeds")


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_it_reads_every_charset_and_separator(charset: str, separator: str) -> None:
    rows = [["Name", "Notes"], ["Jürgen Müller", 'said "hello";\nand, left|']]
    data = written(rows, separator).decode().encode(charset)
    table = reading.read(data)
    assert table.heading == rows[0] and table.rows == [rows[1]]


def test_it_reads_cards_of_every_age() -> None:
    cards = (
        "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=\r\n"
        "=C3=BCrgen\r\nEMAIL;INTERNET:J@Mueller.test\r\nTEL;WORK:+49 30 901820\r\nEND:VCARD\r\n"
        "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Ada\\, Countess\r\nitem1.EMAIL;TYPE=home:ada@home.t\r\n"
        " est\r\nORG:Engines\\; Ltd;Sales\r\nTITLE:Programmer\r\nEND:VCARD\r\n"
    )
    table = reading.read(cards.encode())
    first, second = table.rows
    assert first[1:4] == ["Jürgen", "", "Müller"] and first[6] == "J@Mueller.test"
    assert (second[0], second[4], second[6]) == ("Ada, Countess", "Engines; Ltd", "ada@home.test")


async def _whole(answer: Any) -> bytes:
    return b"".join([piece async for piece in answer.streaming_content])


def test_it_reads_the_cards_it_writes(world: World) -> None:
    name, place = "Ana; de, \\Souza", "Rua Um, 5;\nSantos " + "á" * 80
    with world.opened():
        ana = make.person(name, "ana@padaria.test", title="Dona, e mais", address=place)
        PersonPhone.objects.create(person=ana, number="+551132104321", is_primary=True)
    answer = world.browser(world.alice).get("/acme/people/cards/")
    told = asyncio.run(_whole(answer))
    assert max(map(len, told.split(b"\r\n"))) <= 75
    (row,) = reading.read(told).rows
    found = dict(zip(cards.HEADING, row, strict=True))
    assert (found["Name"], found["Job title"], found["Address"]) == (name, ana.title, place)
    assert (found["E-mail"], found["Phone"]) == ("ana@padaria.test", "+551132104321")


def test_it_refuses_what_is_larger_than_a_list() -> None:
    with pytest.raises(Unreadable) as refused:
        reading.read(b"a,b\n" * 200_002)
    assert refused.value.code == "too_large"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"Name,E-mail\n\n ,\n", "only_heading"),
        ("Nome;E-mail".encode("utf-16"), "only_heading"),
        (b"%PDF-1.4\n1 0 obj\n", "not_a_table"),
        (b"\n<html><table><tr><td>Ada</td></tr>\n", "not_a_table"),
        (b'<?xml version="1.0"?>\n<people/>\n', "not_a_table"),
        (b"{\\rtf1 Ada,\nGrace}\n", "not_a_table"),
    ],
)
def test_it_refuses_what_has_no_rows(data: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        reading.read(data)
    assert refused.value.code == code


def test_it_imports_leads_and_projects(world: World) -> None:
    leads = [
        ["Lead - Title", "Lead - Value", "Lead - Currency", "Lead - Source", "Lead - Organization"],
        ["Fair visitor", "1.200", "EUR", "Fair", "Brightmoor"],
    ]
    batch = brought(world, written(leads))
    assert batch.kind == "lead" and batch.counts["created"] == 1, batch.counts
    projects = [
        ["Project - Title", "Project - Start date", "Project - End date", "Project - Organization"],
        ["Roll-out", "01/02/2026", "28/02/2026", "Brightmoor"],
    ]
    batch = brought(world, written(projects))
    assert batch.kind == "project" and batch.counts["created"] == 1, batch.counts
    with world.opened():
        lead, project = Lead.objects.get(), Project.objects.get()
        assert (str(lead.value), lead.currency, lead.source) == ("1200.00", "EUR", "Fair")
        assert str(project.starts_on) == "2026-02-01" and str(project.due_on) == "2026-02-28"
        assert lead.organization == project.organization == Organization.objects.get()
    assert brought(world, written(leads)).counts["created"] == 0
