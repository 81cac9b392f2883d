"""Whoever gives a record away, or hides it from himself, is told so, and it is done."""

from collections.abc import Callable
from typing import Any

import pytest

from crm.contacts.models import Person
from crm.fields.models import Record
from tests import make
from tests.world import World

ALONE: dict[str, Any] = {"visibility": "owner"}


def _one(world: World, kind: str) -> Record:
    mine = ALONE | {"owner": world.bob}
    made: dict[str, Callable[[], Record]] = {
        "people": lambda: make.person("Dana", **mine),
        "organizations": lambda: make.organization("Dana", **mine),
        "leads": lambda: make.lead("Dana", **mine),
        "deals": lambda: make.deal(make.pipeline()[0], "Dana", **mine),
        "projects": lambda: make.project(make.board()[0], "Dana", **mine),
    }
    with world.opened():
        return made[kind]()


@pytest.mark.parametrize("kind", ["people", "organizations", "deals", "leads", "projects"])
def test_it_gives_away_what_nobody_else_saw(world: World, kind: str) -> None:
    alices = {"owner": str(world.alice.uid)}
    record = _one(world, kind)
    bob, api = world.browser(world.bob), world.api(world.bob)
    path = f"/acme/{kind}/{record.uid}/"
    answer = bob.post(f"{path}facts/owner/", {"value": alices["owner"]})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, f"/acme/{kind}/")
    assert "not open to you any more" in bob.get(answer.headers["HX-Redirect"]).text
    assert bob.get(path).status_code == 404
    record = _one(world, kind)
    told = api.patch(f"{kind}/{record.uid}/", alices)
    assert told.status_code == 200 and told.json()["owner"] == alices["owner"]
    assert api.get(f"{kind}/{record.uid}/").status_code == 404
    record = _one(world, kind)
    told = api.post(f"{kind}/bulk/", {"update": [{"id": str(record.uid), **alices}]})
    assert [each["id"] for each in told.json()["updated"]] == [str(record.uid)]
    named = {"name": "New"} if kind in ("people", "organizations") else {"title": "New"}
    assert api.post(f"{kind}/", named | alices | ALONE).status_code == 201
    with world.opened():
        model = type(record)
        assert model.objects.count() == 4
        assert {row.owner for row in model.objects.all()} == {world.alice}


def test_it_merges_into_what_goes_to_somebody_else(world: World) -> None:
    with world.opened():
        into = make.person("Dana", owner=world.bob, **ALONE)
        other = make.person("Dana W", owner=world.alice, visibility="everyone")
    asked = {"other": str(other.uid), "take": ["owner"]}
    told = world.api(world.bob).post(f"people/{into.uid}/merge/", asked)
    assert told.status_code == 200 and told.json()["owner"] == str(world.alice.uid)
    with world.opened():
        assert Person.objects.filter(trashed_at=None).get().owner == world.alice


def test_it_gives_away_an_activity(world: World) -> None:
    alice, bob = world.api(world.alice), world.api(world.bob)
    asked = {"subject": "Call", "assignee": str(world.bob.uid)}
    made = alice.post("activities/", asked).json()
    given = {"assignee": str(world.alice.uid)}
    told = bob.patch(f"activities/{made['id']}/", given)
    assert told.status_code == 200 and told.json()["assignee"] == given["assignee"]
    assert bob.get(f"activities/{made['id']}/").status_code == 404
    many = {"update": [{"id": made["id"], "assignee": str(world.bob.uid)}]}
    assert alice.post("activities/bulk/", many).status_code == 200
    assert (
        bob.post("activities/bulk/", {"update": [{"id": made["id"], **given}]}).status_code == 200
    )
