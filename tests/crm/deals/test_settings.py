"""Pipelines, stages, lost reasons and currencies are set up by those who administer."""

from decimal import Decimal
from typing import Any

import pytest

from crm.deals import queries
from crm.deals.models import Currency, Deal, LostReason, Pipeline, Stage, Stay
from crm.fields.models import Field
from crm.timeline.models import Event
from tests import make
from tests.world import NOW, World

SETTINGS = "/acme/settings"


def names(model: Any) -> list[str]:
    return [str(row) for row in model.objects.order_by("position", "pk")]


def test_it_sets_up_a_pipeline(world: World) -> None:
    alice = world.browser(world.alice)
    assert "New business" in alice.get(f"{SETTINGS}/pipelines/").text
    page = alice.post(f"{SETTINGS}/pipelines/", {"name": "Renewals"}, follow=True)
    assert "No stages yet" in page.text
    assert alice.post(f"{SETTINGS}/pipelines/", {"name": " "}).status_code == 422
    with world.opened():
        pipeline = Pipeline.objects.get(name="Renewals")
    path = f"{SETTINGS}/pipelines/{pipeline.uid}"
    for name, share in (("Asked", "30"), ("Agreed", "80")):
        alice.post(f"{path}/stages/", {"name": name, "probability": share, "rotting_days": ""})
    wrong = alice.post(f"{path}/stages/", {"name": "X", "probability": "130"})
    assert wrong.status_code == 422
    with world.opened():
        asked, agreed = Stage.objects.filter(pipeline=pipeline).order_by("position")
    alice.post(f"{path}/order/", {"uid": [str(agreed.uid), str(asked.uid)]})
    alice.post(f"{SETTINGS}/stages/{asked.uid}/",
               {"name": "Requested", "probability": "35", "rotting_days": "9"})  # fmt: skip
    bad = alice.post(f"{SETTINGS}/stages/{asked.uid}/", {"name": "", "probability": "35"})
    assert bad.status_code == 422 and "This field is required" in bad.text
    alice.post(f"{path}/name/", {"name": "Second year"})
    with world.opened():
        rows = Stage.objects.filter(pipeline=pipeline).order_by("position")
        told = [(row.name, row.probability, row.rotting_days) for row in rows]
        assert told == [("Agreed", 80, None), ("Requested", 35, 9)]
        assert Pipeline.objects.filter(name="Second year").exists()
        assert Event.objects.get(verb="pipeline.stages_ordered").by == world.alice
    first = alice.get(f"{SETTINGS}/pipelines/").context["pipelines"][0][0]
    alice.post(f"{SETTINGS}/pipelines/order/", {"uid": [str(pipeline.uid), str(first.uid)]})
    assert alice.get("/acme/deals/").context["board"].pipeline.name == "Second year"


def test_it_closes_a_pipeline_but_not_the_last(world: World) -> None:
    with world.opened():
        one, other = make.pipeline("One")[0].pipeline, make.pipeline("Other")[0].pipeline
    alice = world.browser(world.alice)
    alice.post(f"{SETTINGS}/pipelines/{one.uid}/closing/", {"as": "closed"})
    page = alice.post(f"{SETTINGS}/pipelines/{other.uid}/closing/", {"as": "closed"}, follow=True)
    assert "The last pipeline stays" in page.text and "Open again" in page.text
    assert alice.get("/acme/deals/").context["pipelines"] == [other]
    alice.post(f"{SETTINGS}/pipelines/{one.uid}/closing/", {"as": "open"})
    with world.opened():
        assert Pipeline.objects.filter(closed_at=None).count() == 2


def test_it_removes_a_stage_and_moves_its_deals(world: World) -> None:
    with world.opened():
        first, second, third = make.pipeline()
        open_one, won = make.deal(first, "Open"), make.deal(first, "Won", status="won")
        gone = make.deal(first, "Gone", trashed_at=NOW)
        Field.objects.create(
            kind="deal", key="seats", name="Seats", type="number", required_in=[third.pk]
        )
    alice = world.browser(world.alice)
    path = f"{SETTINGS}/stages/{first.uid}/removal/"
    assert "3 deals are in this stage" in alice.post(path, follow=True).text
    asked = alice.post(path, {"to": str(third.uid)}, follow=True)
    assert "This stage asks for: Seats." in asked.text
    done = alice.post(path, {"to": str(second.uid)}, follow=True)
    assert "3 deals moved" in done.text
    with world.opened():
        assert names(Stage) == ["Pilot", "Contract"]
        stages = dict(Deal.objects.values_list("name", "stage__name"))
        assert stages == {"Open": "Pilot", "Won": "Pilot", "Gone": "Pilot"}
        assert Event.objects.get(verb="deal.moved").about.filter(object_id=open_one.pk).exists()
        assert Stay.objects.get(deal=open_one, left_at=None).stage == second
        assert {won.pk, gone.pk} <= set(Deal.objects.values_list("pk", flat=True))
    alice.post(f"{SETTINGS}/stages/{third.uid}/removal/")
    last = alice.post(f"{SETTINGS}/stages/{second.uid}/removal/", follow=True)
    assert "keeps at least one stage" in last.text


def test_it_puts_lost_reasons_in_order(world: World) -> None:
    alice = world.browser(world.alice)
    assert "No reasons yet" in alice.get(f"{SETTINGS}/lost-reasons/").text
    for name in ("Price", "Timing", "Silence"):
        alice.post(f"{SETTINGS}/lost-reasons/", {"name": name})
    with world.opened():
        price, timing, silence = LostReason.objects.order_by("position")
    alice.post(f"{SETTINGS}/lost-reasons/order/", {"uid": [str(silence.uid), str(price.uid)]})
    alice.post(f"{SETTINGS}/lost-reasons/{timing.uid}/", {"name": "Not now"})
    alice.post(f"{SETTINGS}/lost-reasons/{price.uid}/", {"name": "Price", "remove": "1"})
    with world.opened():
        assert names(LostReason) == ["Silence", "Not now"]
        deal = make.deal(make.pipeline()[0])
    bob = world.browser(world.bob)
    assert "Not now" in bob.get("/acme/deals/").text
    bob.post(f"/acme/deals/{deal.uid}/closure/", {"as": "lost", "reason": "Their own words"})
    assert "Lost because: Their own words" in bob.get(f"/acme/deals/{deal.uid}/").text


def test_it_keeps_currencies_and_rates(world: World) -> None:
    alice = world.browser(world.alice)
    assert "EUR" in alice.get(f"{SETTINGS}/currencies/").text
    add = f"{SETTINGS}/currencies/"
    alice.post(add, {"code": "gbp", "rate": "1.2"})
    alice.post(add, {"code": "BRL", "rate": "0.16"})
    assert alice.post(add, {"code": "GBP", "rate": "1"}).status_code == 422
    assert alice.post(add, {"code": "pound", "rate": "1"}).status_code == 422
    assert alice.post(add, {"code": "USD", "rate": "0"}).status_code == 422
    with world.opened():
        rows = {row.code: row for row in Currency.objects.all()}
        make.deal(make.pipeline()[0], value=100, currency="BRL")
    one = {code: f"{add}{row.uid}/" for code, row in rows.items()}
    assert alice.post(one["BRL"], {"rate": "x"}).status_code == 422
    alice.post(one["BRL"], {"rate": "0.18"})
    with world.opened():
        assert queries.in_base([("BRL", Decimal(100))]) == 18
    assert "1 deal is in BRL" in alice.post(one["BRL"], {"make": "gone"}, follow=True).text
    alice.post(one["GBP"], {"make": "base"})
    with world.opened():
        told = queries.currencies()
        assert told.base == "GBP" and told.rates["GBP"] == 1
        assert told.rates["EUR"] == Decimal("0.83333333") and told.rates["BRL"] == Decimal("0.15")
    alice.post(one["EUR"], {"make": "gone"})
    assert alice.post(one["GBP"], {"make": "gone"}, follow=True).status_code == 200
    with world.opened():
        assert queries.currencies().codes == ["GBP", "BRL"]


@pytest.mark.parametrize("page", ["pipelines", "lost-reasons", "currencies"])
def test_it_lets_only_administrators_in(world: World, page: str) -> None:
    bob, charlie = world.browser(world.bob), world.browser(world.charlie)
    assert bob.get(f"{SETTINGS}/{page}/").status_code == 403
    assert charlie.get(f"{SETTINGS}/{page}/").status_code == 404
    assert "Lost reasons" not in bob.get(f"{SETTINGS}/profile/").text
    assert bob.post(f"{SETTINGS}/{page}/order/", {}).status_code == 403
