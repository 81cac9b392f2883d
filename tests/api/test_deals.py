"""Deals, pipelines and stages for programs."""

import json
from typing import Any

from crm.deals.models import Deal
from crm.fields.models import Field
from tests import make
from tests.world import World

BRIGHTMOOR = {
    "title": "Brightmoor, 14 depots",
    "value": "48600.00",
    "currency": "GBP",
    "expected_close_date": "2026-12-04",
}


def test_it_makes_moves_wins_and_trashes_a_deal(world: World) -> None:
    api = world.api(world.alice)
    told = api.post("deals/", BRIGHTMOOR).json()
    assert {name: told[name] for name in BRIGHTMOOR} == BRIGHTMOOR
    assert (told["status"], told["owner"], told["version"]) == ("open", str(world.alice.uid), 1)
    (pipeline,) = api.get("pipelines/").json()["results"]
    stages = api.get("stages/", pipeline=pipeline["id"]).json()["results"]
    assert (told["pipeline"], told["stage"]) == (pipeline["id"], stages[0]["id"])
    path = f"deals/{told['id']}/"
    moved = api.patch(path, {"stage": stages[2]["id"], "value": 50000}).json()
    assert (moved["stage"], moved["value"]) == (stages[2]["id"], "50000.00")
    lost = api.patch(path, {"status": "lost", "lost_reason": "Price"}).json()
    assert (lost["status"], lost["lost_reason"]) == ("lost", "Price")
    assert lost["closed_at"] is not None
    assert api.patch(path, {"status": "won"}).json()["lost_reason"] == ""
    (found,) = api.get("deals/", status="won", fields="title").json()["results"]
    assert found == {"id": told["id"], "title": BRIGHTMOOR["title"]}
    assert api.delete(path).status_code == 204 and api.get(path).status_code == 404
    assert api.post(f"{path}restore/").json()["status"] == "won"


def test_it_refuses_what_does_not_fit(world: World) -> None:
    with world.opened():
        one, other = make.pipeline("A")[0], make.pipeline("B")[0]
        Field.objects.create(
            kind="deal", key="seats", name="Seats", type="number", required_in=[other.pk]
        )
    api = world.api(world.alice)
    for wrong in (
        {"value": "-1"},
        {"value": True},
        {"currency": "euro"},
        {"expected_close_date": "soon"},
        {"stage": str(one.uid), "pipeline": str(other.pipeline.uid)},
        {"stage": str(other.uid)},
    ):
        assert api.post("deals/", BRIGHTMOOR | wrong).status_code == 400, wrong
    full = {"stage": str(other.uid), "custom": {"seats": 14}}
    assert api.post("deals/", BRIGHTMOOR | full).status_code == 201
    with world.opened():
        assert Deal.objects.count() == 1


def test_it_tells_a_program_that_came_late(world: World) -> None:
    with world.opened():
        first, second, third = make.pipeline()
        deal = make.deal(first)
    api = world.api(world.alice)

    def move(stage: Any, seen: str) -> Any:
        headers = {**api.headers, "If-Match": seen}
        body = json.dumps({"stage": str(stage.uid)})
        return api.client.patch(
            f"/api/v1/deals/{deal.uid}/", body, "application/json", headers=headers
        )

    assert move(second, '"1"').json()["version"] == 2
    assert move(third, '"1"').status_code == 409
    with world.opened():
        assert Deal.objects.get().stage == second


def test_it_changes_many_deals_or_none(world: World) -> None:
    with world.opened():
        first, second, _third = make.pipeline()
        deal, gone = make.deal(first, "A"), make.deal(first, "B")
    api = world.api(world.alice)
    told = api.post(
        "deals/bulk/",
        {
            "create": [{"title": "C", "stage": str(second.uid)}],
            "update": [{"id": str(deal.uid), "stage": str(second.uid), "title": "A2"}],
            "delete": [str(gone.uid)],
        },
    ).json()
    assert [row["title"] for row in told["created"]] == ["C"]
    assert [(row["title"], row["stage"]) for row in told["updated"]] == [("A2", str(second.uid))]
    listed = api.get("deals/", stage=str(second.uid), sort="name").json()["results"]
    assert [row["title"] for row in listed] == ["A2", "C"]


def test_it_sets_up_pipelines_for_those_who_may(world: World) -> None:
    api = world.api(world.alice)
    pipeline = api.post("pipelines/", {"name": "Renewals"}).json()
    stage = api.post(
        "stages/", {"pipeline": pipeline["id"], "name": "Due", "probability": 80}
    ).json()
    changed = api.patch(f"stages/{stage['id']}/", {"rotting_days": 7, "name": "Due soon"}).json()
    assert (changed["rotting_days"], changed["name"], changed["probability"]) == (7, "Due soon", 80)
    assert api.patch(f"pipelines/{pipeline['id']}/", {"name": "R"}).json()["name"] == "R"
    bob = world.api(world.bob)
    assert bob.post("pipelines/", {"name": "Mine"}).status_code == 403
    assert bob.patch(f"stages/{stage['id']}/", {"probability": 1}).status_code == 403


def test_it_keeps_labels_in_one_place(world: World) -> None:
    api = world.api(world.alice)
    label = api.post("labels/", {"kind": "deal", "name": "Renewal", "hue": "sky"}).json()
    told = api.post("deals/", BRIGHTMOOR | {"labels": ["renewal"]}).json()
    assert told["labels"] == ["Renewal"]
    assert api.post("labels/", {"kind": "deal", "name": "renewal"}).status_code == 400
    api.patch(f"labels/{label['id']}/", {"name": "Again"})
    assert api.get(f"deals/{told['id']}/").json()["labels"] == ["Again"]
    assert api.delete(f"labels/{label['id']}/").status_code == 204
    assert api.get(f"deals/{told['id']}/").json()["labels"] == []
    assert world.api(world.bob).post("labels/", {"kind": "deal", "name": "X"}).status_code == 403
