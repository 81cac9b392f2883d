"""Files that nobody made with care: what can be read is imported, the rest is said."""

from typing import Any

import pytest
from django.db import OperationalError

from crm.contacts.actions import importing
from crm.contacts.importing import batches
from crm.contacts.models import Import, ImportRow, Organization, Person, PersonPhone
from crm.fields.models import Field
from crm.leads.models import Lead
from crm.workspaces.models import Role
from tests import make
from tests.crm.contacts.files import bring, go, last, written
from tests.crm.fields.test_seeing import join
from tests.world import World

CARD = "BEGIN:VCARD\r\nVERSION:2.1\r\nN:Silva;Ana\r\n{}\r\nEND:VCARD\r\n"
QUOTED = "TITLE;ENCODING=QUOTED-PRINTABLE;CHARSET={}:Head=20of"


@pytest.mark.parametrize(
    "line",
    [
        QUOTED.format("undefined"),
        QUOTED.format("idna"),
        QUOTED.format("ut\x00f"),
        QUOTED.format("raw_unicode_escape") + " =5Cud800",
        QUOTED.format("utf-16-surrogatepass"),
        "NOTE;ENCODING=B:\u00e9",
        "NOTE;ENCODING=B:a",
    ],
)
def test_it_reads_a_card_whatever_its_charset_says(world: World, line: str) -> None:
    alice = world.browser(world.alice)
    go(alice, bring(alice, CARD.format(line).encode(), name="ana.vcf"), "trial", "run")
    with world.opened():
        assert Import.objects.get().state == "done"
        assert Person.objects.get().name == "Ana Silva"


def test_it_takes_what_a_cell_says_twice_once(world: World) -> None:
    row = ["Ana", "a@b.test; A@b.test", "+44 20 7946 0018;+442079460018", "Star; STAR;star"]
    alice = world.browser(world.alice)
    data = written([["Name", "E-mail", "Phone", "Labels"], row, ["Bia", "b@b.test", "", ""]])
    go(alice, bring(alice, data), "run")
    with world.opened():
        assert Import.objects.get().counts["created"] == 2
        ana = Person.objects.get(name="Ana")
        assert [each.address for each in ana.emails.all()] == ["a@b.test"]
        assert [each.number for each in ana.phones.all()] == ["+442079460018"]
        assert len(ana.label_ids) == 1


def test_it_takes_no_moment_that_a_zone_cannot_tell(world: World) -> None:
    world.alice.user.time_zone = "Pacific/Kiritimati"
    world.alice.user.save()
    rows = [["Title", "Value", "Status", "Won time"]]
    rows += [[day, "1", "won", f"{day} 23:59"] for day in ("0001-01-01", "9999-12-31")]
    alice = world.browser(world.alice)
    go(alice, bring(alice, written(rows), kind="deal"), "run")
    page = alice.get("/acme/deals/list/?column=closed_at")
    assert page.status_code == 200 and "9999-12-31" in page.text


def test_it_takes_none_of_several_of_one_name(world: World) -> None:
    """New ones are given back to be mended; what is here keeps what it has, and says so."""
    with world.opened():
        two = [make.organization("Northwind") for _number in range(2)]
        make.organization("Northwind", owner=world.bob, visibility="owner")
        make.organization("Southwind")
        make.person("Here", "here@b.test", organization=two[1])
        make.person("There", "there@b.test", organization=Organization.objects.last())
        Field.objects.create(kind="person", key="via", name="Via", type="organization")
    alice = world.browser(world.alice)
    rows = [
        ["Name", "E-mail", "Company", "Via"],
        ["New", "new@b.test", "northwind", ""],
        ["Sure", "sure@b.test", "Southwind", ""],
        ["Here", "here@b.test", "Northwind", ""],
        ["There", "there@b.test", "Northwind", "Northwind"],
        ["Own", "own@b.test", "", "Northwind"],
    ]
    here = bring(alice, written(rows))
    for step, forecast in (("trial", True), ("run", False)):
        alice.post(here, {"policy": "update"}) if forecast else None
        go(alice, here, step)
        with world.opened():
            found = ImportRow.objects.order_by("number")
            came = [row.forecast if forecast else row.state for row in found]
            assert came == ["failed", "created", "skipped", "skipped", "failed"]
            codes = [[code for code, _value in row.said] for row in found]
            shared = ["shared"]
            assert codes == [shared, [], ["exists"], [*shared, *shared, "exists"], shared]
    with world.opened():
        assert Organization.objects.count() == 4
        worked = dict(Person.objects.values_list("name", "organization__name"))
        assert worked == {"Here": "Northwind", "There": "Southwind", "Sure": "Southwind"}
        assert Person.objects.get(name="Here").organization == two[1]
    mended = alice.get(f"{here}leftovers.csv").text
    assert "Several here are called \u201cnorthwind\u201d" in mended


def test_it_brings_none_of_several_up_to_date(world: World) -> None:
    """Leaving out what is here already is sure; which of them a row is about is not."""
    with world.opened():
        firm = make.organization("Northwind")
        make.organization("Northwind", address="Old road")
        only = make.organization("Only one")
        for _number in range(2):
            make.person("Ana Silva", organization=only)
            PersonPhone.objects.create(person=make.person("Bo Fjord"), number="+4712345678")
            make.deal(make.pipeline()[0], "Fridges", organization=firm)
        PersonPhone.objects.create(person=make.person("Bo Fjord"), number="+4787654321")
    files = {
        "person": [
            ["Name", "Phone", "Job title", "Company"],
            ["Ana Silva", "", "Buyer", "Only one"],
            ["Bo Fjord", "+4712345678", "Buyer", ""],
            # One of his numbers tells him apart
            ["Bo Fjord", "+4712345678; +4787654321", "Pilot", ""],
        ],
        "organization": [["Organization", "Address"], ["Northwind", "New road"]],
        "deal": [["Title", "Organization", "Value"], ["Fridges", "Northwind", "5"]],
    }
    alice, told = world.browser(world.alice), {}
    for policy in ("update", "skip"):
        for kind, rows in files.items():
            here = bring(alice, written(rows), kind=kind)
            alice.post(here, {"policy": policy})
            go(alice, here, "trial", "run")
            with world.opened():
                found = ImportRow.objects.filter(batch=Import.objects.latest("pk"))
                states = found.order_by("number").values_list("forecast", "state")
                assert all(forecast == state for forecast, state in states)
                told[policy, kind] = [state for _forecast, state in states]
            if policy == "update":
                assert "Several here are called" in alice.get(f"{here}leftovers.csv").text
    assert told == {
        ("update", "person"): ["failed", "failed", "updated"],
        ("update", "organization"): ["failed"],
        ("update", "deal"): ["failed"],
        ("skip", "person"): ["skipped"] * 3,
        ("skip", "organization"): ["skipped"],
        ("skip", "deal"): ["skipped"],
    }
    with world.opened():
        assert not Organization.objects.filter(address="New road").exists()
        assert Person.objects.filter(title="Pilot").count() == 1
        assert not Person.objects.filter(title="Buyer").exists()


def test_it_tells_nobody_that_a_hidden_firm_is_here(world: World) -> None:
    """A record that is open belongs to nobody, for who does not see to whom it belongs."""
    with world.opened():
        secret = make.organization("Hidden", owner=world.alice, visibility="owner")
        make.person("Ana Silva", organization=secret)
        make.lead("Fridges", organization=secret)
    manager = world.browser(join(world, "Manda", Role.MANAGER))
    for kind, heading, name in (("person", "Name", "Ana Silva"), ("lead", "Title", "Fridges")):
        for works_at, forecast in (("Hidden", "created"), ("Other", "created"), ("", "skipped")):
            rows = [[heading, "Organization"], [name, works_at]]
            here = bring(manager, written(rows), kind=kind)
            assert go(manager, here, "trial").counts["check"] == {forecast: 1}


def test_it_takes_nobody_for_a_lead_whom_two_could_be(world: World) -> None:
    with world.opened():
        for _number in range(2):
            make.person("Ana Silva")
    alice = world.browser(world.alice)
    rows = [["Title", "Source", "Contact person"], ["Fridges", "Fair", "Ana Silva"]]
    assert go(alice, bring(alice, written(rows), kind="lead"), "run").counts["failed"] == 1
    with world.opened():
        assert not Lead.objects.exists() and Person.objects.count() == 2


def test_it_goes_on_where_it_broke_or_takes_it_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "AT_ONCE", 2)
    alice = world.browser(world.alice)
    here = bring(alice, written([["Name"], *([f"Ana {number}"] for number in range(6))]))
    work, turns = batches.work, []

    def breaking(*given: Any) -> None:
        turns.append(1)
        if len(turns) in (2, 4):
            raise OperationalError
        work(*given)

    monkeypatch.setattr(batches, "work", breaking)
    for count in (2, 4):
        with pytest.raises(OperationalError):
            go(alice, here, "run")
        batch = last()
        assert (batch.state, batch.counts["created"]) == ("failed", count)
        page = alice.get(here).text
        assert ">Try again<" in page and "Take it all back" in page
    assert (go(alice, here, "run").state, last().counts["created"]) == ("done", 6)
    with world.opened():
        assert Person.objects.count() == 6
        Import.objects.update(state="failed")
    assert go(alice, here, "undo").state == "undone"
    with world.opened():
        assert not Person.objects.filter(trashed_at=None).exists()


def test_what_cannot_be_read_has_nothing_to_go_on_with(world: World) -> None:
    alice = world.browser(world.alice)
    here = bring(alice, b"Name\nAna\n")
    with world.opened():
        Import.objects.update(state="failed", heading=[])
    for step in ("run", "undo"):
        assert go(alice, here, step).state == "failed"
    assert ">Try again<" not in alice.get(here).text
