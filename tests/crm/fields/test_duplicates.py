"""What looks alike stands in a list, and is kept as two or becomes one."""

from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm.contacts.models import Organization, Person, PersonPhone
from crm.fields.actions import comparing
from crm.fields.models import Likeness
from crm.workspaces.models import Membership
from tests import make
from tests.world import NOW, World


def couples(world: World, who: Membership, kind: str = "people", **query: Any) -> list[Any]:
    page = world.browser(who).get(f"/acme/{kind}/duplicates/", query)
    assert page.status_code == 200
    return [
        (
            {each.first.name, each.second.name},
            [str(reason) for reason in each.reasons],
        )
        for each in page.context["couples"]
    ]


def call(row: Person, number: str) -> None:
    PersonPhone.objects.create(person=row, number=number, is_primary=True)


def test_it_finds_people_who_may_be_one(world: World) -> None:
    with world.opened():
        firm = make.organization("Porto Frio")
        make.person("Ana Silva", "ana@santos.test", organization=firm)
        make.person("Anna Silva", organization=firm)
        make.person("Ana Silva")
        make.person("A. S.", "ana+lists@santos.test")
        call(make.person("Bo Fjord"), "+4712345678")
        call(make.person("B. Fjord"), "+4712345678")
        # A full name elsewhere, one word, a number nobody could read: no reasons
        make.person("Ana Silva", organization=make.organization("Elsewhere"))
        make.person("Ana"), make.person("Ana")
        for name in ("Carl", "Dora"):
            call(make.person(name), "ask at the desk")
    found = couples(world, world.alice)
    assert ({"Bo Fjord", "B. Fjord"}, ["Same phone"]) in found
    assert ({"Ana Silva", "A. S."}, ["Same mailbox"]) in found
    assert ({"Ana Silva", "Anna Silva"}, ["Similar name, same organization"]) in found
    assert [reasons for names, reasons in found if names == {"Ana Silva"}] == [["Same name"]] * 2
    assert len(found) == 5
    assert found[0][1] == ["Same phone"], "the likeliest first"


def test_it_finds_a_namesake_in_a_large_house(world: World) -> None:
    """However many work there and came between the two."""
    with world.opened():
        firm = make.organization("Large")
        make.person("Ana Silva", organization=firm)
        crowd = ({"name": f"{n:x}", "name_key": f"{n:x}"} for n in range(2_000))
        Person.objects.bulk_create(
            Person(**each, organization=firm, owner=world.alice) for each in crowd
        )
        last = make.person("Ana Silva", organization=firm)
        Person.objects.exclude(pk=last.pk).update(updated_at=NOW)
        comparing.compare(Person, at=timezone.now(), most=5_000)
        found = Likeness.objects.filter(second_id=last.pk).values_list("reasons", flat=True)
        assert list(found) == [["colleague"]]


def test_it_finds_organizations_that_may_be_one(world: World) -> None:
    with world.opened():
        make.organization("Northwind Traders", domains=["northwind.test"])
        make.organization("Northwind Traders Ltd")
        make.organization("NW", domains=["nw.test", "northwind.test"])
        make.organization("Southwind")
    found = couples(world, world.alice, "organizations")
    assert ({"Northwind Traders", "NW"}, ["Same domain"]) in found
    assert ({"Northwind Traders", "Northwind Traders Ltd"}, ["Similar name"]) in found
    assert len(found) == 2


def test_it_remembers_who_is_two(world: World) -> None:
    with world.opened():
        one, other = make.person("Ana Silva"), make.person("Ana Silva")
    alice = world.browser(world.alice)
    (couple,) = alice.get("/acme/people/duplicates/").context["couples"]
    said = alice.post(f"/acme/people/duplicates/{couple.pair.uid}/")
    assert "Kept as two" in said.headers["HX-Trigger"]
    with world.opened():
        Person.objects.update(updated_at=timezone.now())
        comparing.compare(Person, at=timezone.now())
    assert couples(world, world.alice) == []
    assert couples(world, world.alice, dismissed="1") == [({"Ana Silva"}, ["Same name"])]
    alice.post(f"/acme/people/duplicates/{couple.pair.uid}/?again=1")
    assert len(couples(world, world.alice)) == 1
    with world.opened():
        pair = Likeness.objects.get()
        assert (pair.first_id, pair.second_id) == (one.pk, other.pk)


def test_it_forgets_what_is_not_alike_any_more(world: World) -> None:
    with world.opened():
        one = make.person("Ana Silva")
        make.person("Ana Silva")
    assert len(couples(world, world.alice)) == 1
    world.browser(world.alice).post(f"/acme/people/{one.uid}/facts/name/", {"value": "Ana Lima"})
    assert couples(world, world.alice) == []


def test_it_shows_pairs_to_those_who_see_both(world: World) -> None:
    with world.opened():
        make.person("Ana Silva", owner=world.alice, visibility="owner")
        make.person("Ana Silva")
    assert len(couples(world, world.alice)) == 1
    assert couples(world, world.bob) == []
    with world.opened():
        pair = Likeness.objects.get()
    bob = world.browser(world.bob)
    assert bob.post(f"/acme/people/duplicates/{pair.uid}/").status_code == 404
    charlie = world.browser(world.charlie)
    assert charlie.get("/acme/people/duplicates/").status_code == 404
    assert charlie.post(f"/globex/people/duplicates/{pair.uid}/").status_code == 404


def test_it_pages_through_pairs_in_as_many_queries(world: World) -> None:
    with world.opened():
        for number in range(30):
            for _twice in range(2):
                call(make.person(f"Person {number}"), f"+4712345{number:03}")
        while comparing.compare(Person, at=timezone.now(), most=20) == 20:
            pass
        Likeness.objects.filter(score__lt=90).delete()
    alice = world.browser(world.alice)
    alice.get("/acme/people/duplicates/")
    with CaptureQueriesContext(connections["default"]) as many:
        page = alice.get("/acme/people/duplicates/")
    assert len(page.context["couples"]) == 25 and page.context["after"]
    rest = alice.get("/acme/people/duplicates/", {"after": page.context["after"]})
    assert len(rest.context["couples"]) == 5 and not rest.context["after"]
    assert len(many) <= 40


@pytest.mark.parametrize("word", ["<b>", "0|", "9" * 40])
def test_it_bears_any_place_to_go_on_from(world: World, word: str) -> None:
    assert couples(world, world.alice, after=word) == []
    with world.opened():
        assert Organization.objects.count() == 0
