"""What one rep changes appears in another's list, board and page; both are told of both."""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from crm.ui import live
from crm.workspaces.models import Membership
from tests import make
from tests.world import World

Heard = Callable[[Membership], list[str]]


@pytest.fixture
def heard(world: World) -> Iterator[Heard]:
    """What the open pages of a member were told since the last question."""
    everybody = (world.alice, world.bob, world.charlie)
    ears: dict[int, Any] = {}
    for member in everybody:
        client: Any = live.client()
        ears[member.pk] = client.pubsub(ignore_subscribe_messages=True)
        ears[member.pk].subscribe(live.channel(member.workspace_id, member.pk))
        ears[member.pk].get_message(timeout=5)

    def words(member: Membership) -> list[str]:
        return sorted(set(_topics(ears[member.pk])))

    yield words
    for ear in ears.values():
        ear.close()


def _topics(ear: Any) -> Iterable[str]:
    while (word := ear.get_message(timeout=0.3)) is not None:
        yield json.loads(word["data"])["topic"]


def test_it_tells_those_who_see_the_record(world: World, heard: Heard) -> None:
    with world.opened():
        deal = make.deal(make.pipeline()[0], person=make.person("Dana"))
        secret = make.person("Ana", owner=world.alice, visibility="owner")
    world.browser(world.bob).post(
        f"/acme/deals/{deal.uid}/facts/name/", {"value": "Fifteen depots", "version": "1"}
    )
    for member in (world.alice, world.bob):
        assert heard(member) == [f"deal:{deal.uid}", "deals"]
    world.browser(world.alice).post(
        f"/acme/people/{secret.uid}/facts/title/", {"value": "Buyer", "version": "1"}
    )
    assert heard(world.alice) == ["people", f"person:{secret.uid}"]
    assert heard(world.bob) == [] and heard(world.charlie) == []


def test_it_tells_whoever_lost_sight_that_the_list_changed(world: World, heard: Heard) -> None:
    with world.opened():
        row = make.person("Ana", owner=world.alice)
    alice = world.browser(world.alice)
    alice.post(f"/acme/people/{row.uid}/facts/visibility/", {"value": "owner", "version": "1"})
    assert heard(world.bob) == ["people"]


def test_it_tells_once_of_many(world: World, heard: Heard) -> None:
    with world.opened():
        rows = [make.organization(f"Firm {n}") for n in range(3)]
    alice = world.browser(world.alice)
    form = {"uid": [str(row.uid) for row in rows], "owner": str(world.bob.uid)}
    alice.post("/acme/organizations/bulk/", form)
    assert heard(world.bob) == ["organizations"]


def test_it_says_which_part_asks_again(world: World) -> None:
    with world.opened():
        rows = [make.person(f"Person {n:03}") for n in range(70)]
        deal = make.deal(make.pipeline()[0])
    alice = world.browser(world.alice)
    page = alice.get("/acme/people/")
    assert 'data-live="people"' in page.text and page.text.count("<tr data-uid=") == 50
    again = alice.get("/acme/people/", {"rows": "70"}, headers={"HX-Request": "true"})
    assert again.text.count("<tr data-uid=") == 70
    assert 'data-live="deals"' in alice.get("/acme/deals/").text
    page = alice.get(f"/acme/people/{rows[0].uid}/")
    assert f'data-live="person:{rows[0].uid}"' in page.text
    part = alice.get(
        f"/acme/people/{rows[0].uid}/", {"part": "facts"}, headers={"HX-Request": "true"}
    )
    assert part.text.strip().startswith('<dl class="fields" id="facts"')
    assert f'data-live="deal:{deal.uid}"' in alice.get(f"/acme/deals/{deal.uid}/").text


def test_it_tells_the_second_of_two_who_move_the_same_deal(world: World) -> None:
    with world.opened():
        first, second, third = make.pipeline()
        deal = make.deal(first, "Fourteen depots")
    path = f"/acme/deals/{deal.uid}/stage/"
    moved = world.browser(world.alice).post(path, {"to": str(second.uid), "version": "1"})
    assert moved.status_code == 204
    late = world.browser(world.bob).post(path, {"to": str(third.uid), "version": "1"})
    assert late.status_code == 409 and "Alice Moreira changed this deal meanwhile" in late.text
    with world.opened():
        deal.refresh_from_db()
        assert deal.stage == second
