"""Deals are made, moved, won, lost and opened again; sums say what they are worth."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from crm.deals import actions, queries
from crm.deals.models import Currency, Deal, Pipeline, Stage, Stay
from crm.fields.actions import Outdated
from crm.fields.models import Field
from crm.timeline.models import Event
from tests import make
from tests.world import NOW, World


def test_it_begins_with_a_pipeline(world: World) -> None:
    alice = world.browser(world.alice)
    page = alice.get("/acme/deals/")
    assert page.status_code == 200 and "No deals yet" in page.text
    with world.opened():
        assert Pipeline.objects.get().name == "New business"
        assert Stage.objects.count() == 5
        assert Currency.objects.get().is_base
    alice.get("/acme/deals/")
    with world.opened():
        assert Pipeline.objects.count() == 1


def test_it_makes_a_deal_by_hand(world: World) -> None:
    alice = world.browser(world.alice)
    alice.get("/acme/deals/")
    with world.opened():
        stage = Stage.objects.order_by("position")[1]
    typed = {
        "name": "Brightmoor, 14 depots",
        "value": "48600",
        "currency": "EUR",
        "stage": str(stage.uid),
        "organization": "Brightmoor Dairy",
        "person": "Owen Castell",
        "expected_on": "2026-12-04",
    }
    page = alice.post("/acme/deals/new/", typed, follow=True)
    assert page.status_code == 200 and "Brightmoor Dairy" in page.text and "€48,600" in page.text
    with world.opened():
        deal = Deal.objects.get()
        assert (deal.owner, deal.stage, deal.value) == (world.alice, stage, Decimal(48600))
        assert deal.person.name == "Owen Castell"
        assert deal.search == "brightmoor 14 depots brightmoor dairy owen castell"
    assert alice.post("/acme/deals/new/", typed | {"value": "-1"}).status_code == 422


def test_it_moves_a_deal_and_counts_its_days(world: World) -> None:
    with world.opened():
        first, second, third = make.pipeline()
        deal = make.deal(first, owner=world.alice, stage_since=NOW - timedelta(days=10))
        at = NOW + timedelta(days=4)
        moved = actions.move_deal(deal=deal, to=second, by=world.bob, at=NOW, version=1)
        assert (moved.stage, moved.stage_since, moved.version) == (second, NOW, 2)
        steps = queries.way(moved, at)
        assert [step.days for step in steps] == [10, 4, None]
        assert [step.is_done for step in steps] == [True, False, False]
        event = Event.objects.get(verb="deal.moved")
        assert event.data["words"]["stage"] == ["Qualified", "Pilot"]
        # Whoever saw it where it was is told
        with pytest.raises(Outdated):
            actions.move_deal(deal=deal, to=third, by=world.alice, at=at, version=1)


def test_it_wins_loses_and_opens_again(world: World) -> None:
    with world.opened():
        stage = make.pipeline()[0]
        deal = make.deal(stage, owner=world.alice)
    alice = world.browser(world.alice)
    told = alice.post(f"/acme/deals/{deal.uid}/closure/", {"as": "won", "version": "1"})
    assert "is won" in told.headers["HX-Trigger"]
    with world.opened():
        won = Deal.objects.get()
        assert (won.status, won.closed_at is not None) == ("won", True)
        assert not Stay.objects.filter(left_at=None).exists()
    undo = told.headers["HX-Trigger"].split('"undo": "')[1].split('"')[0]
    alice.post(undo)
    lost = {"as": "lost", "reason": "Price", "version": "3"}
    assert alice.post(f"/acme/deals/{deal.uid}/closure/", lost).status_code == 204
    late = alice.post(f"/acme/deals/{deal.uid}/closure/", {"as": "won", "version": "3"})
    assert late.status_code == 409
    with world.opened():
        row = Deal.objects.get()
        assert (row.status, row.lost_reason) == ("lost", "Price")
    assert alice.post(f"/acme/deals/{deal.uid}/closure/", {"as": "gone"}).status_code == 404


def test_it_asks_for_what_a_stage_needs(world: World) -> None:
    with world.opened():
        first, second, _third = make.pipeline()
        Field.objects.create(
            kind="deal", key="seats", name="Seats", type="number", required_in=[second.pk]
        )
        deal = make.deal(first)
    bob = world.browser(world.bob)
    asked = bob.post(f"/acme/deals/{deal.uid}/stage/", {"to": str(second.uid)})
    assert asked.status_code == 422 and "This stage asks for: Seats." in asked.text
    bob.post(f"/acme/deals/{deal.uid}/facts/seats/", {"value": "14"})
    done = bob.post(f"/acme/deals/{deal.uid}/stage/", {"to": str(second.uid)})
    assert done.status_code == 204 and "is in Pilot now" in done.headers["HX-Trigger"]


def test_it_sums_columns_in_the_base_currency(world: World) -> None:
    with world.opened():
        first, second, _third = make.pipeline()
        Currency.objects.create(code="GBP", is_base=True)
        Currency.objects.create(code="EUR", rate=Decimal("0.8"))
        make.deal(first, "A", value=100, currency="GBP")
        make.deal(first, "B", value=100, currency="EUR")
        make.deal(second, "C", value=Decimal("10.50"), currency="GBP")
        make.deal(second, "Won", status="won")
        make.deal(second, "Gone", trashed_at=NOW)
        make.deal(second, "Hidden", owner=world.alice, visibility="owner")
        board = queries.board(world.bob, first.pipeline)
        assert [column.count for column in board.columns] == [2, 1, 0]
        assert [column.total for column in board.columns] == [180, Decimal("10.50"), 0]
        assert board.columns[0].weighted == 36
        assert board.count == 3 and board.money.base == "GBP"
    page = world.browser(world.bob).get("/acme/deals/")
    assert "£180" in page.text and "Hidden" not in page.text


def test_it_says_what_nobody_touched(world: World) -> None:
    with world.opened():
        stage = make.pipeline(rotting_days=7)[0]
        long_ago = NOW - timedelta(days=400)
        make.deal(stage, updated_at=long_ago)
    assert "Untouched for" in world.browser(world.bob).get("/acme/deals/").text


def test_it_shows_a_long_column_in_pieces(world: World) -> None:
    with world.opened():
        stage = make.pipeline()[0]
        for number in range(28):
            make.deal(stage, f"Deal {number:02}", stage_since=NOW + timedelta(minutes=number))
    bob = world.browser(world.bob)
    page = bob.get("/acme/deals/")
    column = page.context["board"].columns[0]
    assert [card.name for card in column.cards][:2] == ["Deal 27", "Deal 26"]
    rest = bob.get(f"/acme/deals/stages/{stage.uid}/cards/", {"after": column.after})
    assert [card.name for card in rest.context["cards"]] == ["Deal 02", "Deal 01", "Deal 00"]
    assert bob.get(f"/acme/deals/stages/{stage.uid}/cards/?after=x").status_code == 404


def test_it_asks_as_often_whatever_there_is(world: World) -> None:
    with world.opened():
        stages = make.pipeline()
        deal = make.deal(stages[0], organization=make.organization(), person=make.person())
    bob = world.browser(world.bob)

    def asked(path: str) -> int:
        with CaptureQueriesContext(connections["default"]) as seen:
            assert bob.get(path).status_code == 200
        return len(seen)

    paths = ("/acme/deals/", "/acme/deals/list/", f"/acme/deals/{deal.uid}/")
    for path in paths:
        bob.get(path)
    few = [asked(path) for path in paths]
    with world.opened():
        for number in range(30):
            firm = make.organization(f"Firm {number}")
            make.deal(stages[number % 3], f"D{number}", organization=firm, owner=world.alice)
    assert [asked(path) for path in paths] == few
    assert max(few) <= 16


def test_it_changes_the_value_in_its_place(world: World) -> None:
    with world.opened():
        deal = make.deal(make.pipeline()[0])
    bob = world.browser(world.bob)

    def save(**typed: Any) -> Any:
        return bob.post(f"/acme/deals/{deal.uid}/facts/value/", typed)

    assert "£41,000" in save(value="41 000", currency="gbp").text
    for wrong in ({"value": "-1"}, {"value": "x"}, {"value": "1", "currency": "£"}):
        assert save(**wrong).status_code == 422
    with world.opened():
        row = Deal.objects.get()
        assert (row.value, row.currency) == (Decimal(41000), "GBP")
