"""Programs set up how one sells, and who takes part in a deal."""

from typing import Any

from crm.deals.models import Deal, DealPerson, Stage
from tests import make
from tests.world import World


def test_it_lists_adds_and_takes_out_participants(world: World) -> None:
    with world.opened():
        deal = make.deal(make.pipeline()[0])
        hettie = make.person("Hettie Marlowe")
        hidden = make.person("Secret", owner=world.alice, visibility="owner")
        DealPerson.objects.create(deal=deal, person=hidden)
    api, path = world.api(world.bob), f"deals/{deal.uid}/participants/"
    told = api.post(path, {"person": str(hettie.uid), "role": "finance"})
    assert told.status_code == 201
    one = {"person": str(hettie.uid), "name": "Hettie Marlowe", "role": "finance"}
    assert told.json() == one and api.get(path).json() == {"participants": [one]}
    assert api.post(path, {"person": str(hidden.uid)}).status_code == 404
    assert api.delete(f"{path}{hidden.uid}/").status_code == 404
    assert api.delete(f"{path}{hettie.uid}/").status_code == 204
    assert api.get(path).json() == {"participants": []}
    charlie = world.api(world.charlie)
    assert charlie.get(path).status_code == 404
    assert charlie.post(f"deals/{deal.uid}/duplicate/").status_code == 404


def test_it_duplicates_a_deal_once_for_a_key(world: World) -> None:
    with world.opened():
        deal = make.deal(make.pipeline()[0], "Vaccine stores")
    api = world.api(world.alice)
    first = api.post(f"deals/{deal.uid}/duplicate/", key="once")
    again = api.post(f"deals/{deal.uid}/duplicate/", key="once")
    assert first.status_code == 201 and first.json() == again.json()
    assert first.json()["title"] == "Vaccine stores (copy)"
    with world.opened():
        assert Deal.objects.count() == 2


def test_it_orders_and_removes_stages(world: World) -> None:
    with world.opened():
        first, second, third = make.pipeline()
        make.deal(first)
    api = world.api(world.alice)
    assert api.patch(f"stages/{third.uid}/", {"position": 0}).json()["position"] == 0
    with world.opened():
        names = list(Stage.objects.order_by("position").values_list("name", flat=True))
        assert names == ["Contract", "Qualified", "Pilot"]
    assert api.post(f"stages/{first.uid}/removal/").status_code == 409
    gone = api.post(f"stages/{first.uid}/removal/", {"move_to": str(second.uid)})
    assert gone.status_code == 204
    with world.opened():
        assert Deal.objects.get().stage == second
    assert world.api(world.bob).post(f"stages/{second.uid}/removal/").status_code == 403
    assert world.api(world.charlie).post(f"stages/{second.uid}/removal/").status_code == 404


def test_it_keeps_reasons_and_currencies(world: World) -> None:
    api = world.api(world.alice)
    reason = api.post("lost_reasons/", {"name": "Price"}).json()
    path = f"lost_reasons/{reason['id']}/"
    assert api.patch(path, {"name": "Too dear"}).json()["name"] == "Too dear"
    assert [row["name"] for row in api.get("lost_reasons/").json()["results"]] == ["Too dear"]
    assert api.delete(path).status_code == 204
    api.post("deals/", {"title": "First"})
    (base,) = api.get("currencies/").json()["results"]
    assert (base["code"], base["rate"], base["is_base"]) == ("EUR", "1", True)
    made = api.post("currencies/", {"code": "BRL", "rate": "0.16"})
    assert made.status_code == 201
    assert api.post("currencies/", {"code": "BRL", "rate": "0.16"}).status_code == 400
    for wrong in ({"rate": "0"}, {"rate": True}, {"rate": "x"}, {"rate": "9" * 12}):
        assert api.patch(f"currencies/{made.json()['id']}/", wrong).status_code == 400, wrong
    path = f"currencies/{made.json()['id']}/"
    assert api.patch(path, {"is_base": True}).json()["rate"] == "1"
    rates: dict[str, Any] = {
        row["code"]: row["rate"] for row in api.get("currencies/").json()["results"]
    }
    assert rates == {"EUR": "6.25", "BRL": "1"}
    assert api.delete(path).status_code == 409
    assert world.api(world.bob).post("currencies/", {"code": "GBP", "rate": 1}).status_code == 403
