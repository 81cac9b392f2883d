"""The forecast sums open deals by month, and a deal is moved to another one."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from crm.deals import queries
from crm.deals.models import Deal
from crm.deals.queries import months
from crm.timeline import actions as timeline
from tests import make
from tests.unchanged import unchanged
from tests.world import NOW, World

NOVEMBER = date(2026, 11, 1)


def test_it_sums_months_in_the_base_currency(world: World) -> None:
    with world.opened():
        make.currency("GBP", is_base=True)
        make.currency("EUR", "0.8")
        first, second, _third = make.pipeline()
        make.deal(first, "A", value=100, currency="GBP", expected_on=date(2026, 11, 3))
        make.deal(second, "B", value=100, currency="EUR", expected_on=date(2026, 11, 30))
        make.deal(first, "C", value=10, currency="GBP", expected_on=date(2027, 1, 1))
        make.deal(first, "Late", value=10, currency="GBP", expected_on=date(2026, 10, 31))
        make.deal(first, "Never", value=7, currency="GBP")
        make.deal(first, "Far", value=9, currency="GBP", expected_on=date(2027, 5, 1))
        won_at = datetime(2026, 11, 9, tzinfo=UTC)
        make.deal(first, "Won", value=50, currency="EUR", status="won", closed_at=won_at)
        make.deal(first, "Hidden", owner=world.alice, visibility="owner",
                  expected_on=date(2026, 11, 3))  # fmt: skip
        shown = queries.forecast(world.bob, first.pipeline, NOVEMBER)
        keys = [month.key for month in shown.months]
        assert keys == ["late", *(f"2026-{n}" for n in (11, 12)),
                        *(f"2027-0{n}" for n in (1, 2, 3, 4)), "none"]  # fmt: skip
        november = shown.months[1]
        assert [card.name for card in november.cards] == ["A", "B"]
        told = [november.count, november.total, november.won]
        assert told == [2, Decimal(180), Decimal(40)]
        assert november.weighted == Decimal(100) * 20 / 100 + Decimal(80) * 55 / 100
        totals = {month.key: int(month.total) for month in shown.months if month.count}
        assert totals == {"late": 10, "2026-11": 180, "2027-01": 10, "none": 7}
        assert queries.forecast(world.bob, first.pipeline, date(2026, 12, 1)).months[0].count == 3


def test_it_shows_the_forecast_page(world: World) -> None:
    bob = world.browser(world.bob)
    assert "No month" in bob.get("/acme/deals/forecast/").text
    with world.opened():
        stage = make.pipeline("Renewals")[0]
        make.deal(stage, "Cascalho, year two", expected_on=date(2026, 12, 4), owner=world.bob)
        make.deal(stage, "Hidden", owner=world.alice, visibility="owner")
    path = f"/acme/deals/forecast/?pipeline={stage.pipeline.uid}&from=2026-11"
    page = bob.get(path)
    assert "Cascalho, year two" in page.text and "December 2026" in page.text
    assert "Hidden" not in page.text
    assert "Cascalho" not in bob.get(f"{path}&rotting=1").text
    assert "Cascalho" in bob.get(f"{path}&mine=1").text
    assert bob.get("/acme/deals/forecast/?from=soon").status_code == 404
    assert world.browser(world.charlie).get(path).status_code == 404


def test_it_moves_a_deal_to_another_month_and_back(world: World) -> None:
    with world.opened():
        stage = make.pipeline()[0]
        deal = make.deal(stage, "Vaccine stores", expected_on=date(2026, 11, 30))
    bob = world.browser(world.bob)
    path = f"/acme/deals/{deal.uid}/month/"
    told = bob.post(path, {"to": "2027-02", "version": "1"})
    assert "is expected in February 2027" in told.headers["HX-Trigger"]

    def expected() -> date | None:
        with world.opened():
            day: date | None = Deal.objects.get().expected_on
            return day

    assert expected() == date(2027, 2, 28)
    late = world.browser(world.alice).post(path, {"to": "2027-03", "version": "1"})
    assert late.status_code == 409 and "Bob Lindqvist changed this deal" in late.text
    undo = told.headers["HX-Trigger"].split('"undo": "')[1].split('"')[0]
    bob.post(undo)
    assert expected() == date(2026, 11, 30)
    bob.post(path, {"to": "none"})
    assert expected() is None
    bob.post(path, {"to": "2027-02"})
    assert expected() == date(2027, 2, 28)
    for wrong in ("late", "2027-13", "", "soon"):
        assert bob.post(path, {"to": wrong}).status_code == 404
    assert world.browser(world.charlie).post(path, {"to": "none"}).status_code == 404


@pytest.mark.parametrize("key", ["2026-11", "late", "none"])
def test_it_shows_a_long_month_in_pieces(world: World, key: str) -> None:
    days = {"2026-11": NOVEMBER, "late": date(2026, 9, 1), "none": None}
    with world.opened():
        stage = make.pipeline()[0]
        for number in range(28):
            day = days[key]
            make.deal(stage, f"{number:02}", expected_on=day and day + timedelta(days=number // 4))
        shown = queries.forecast(world.bob, stage.pipeline, NOVEMBER)
        (column,) = (month for month in shown.months if month.key == key)
        assert [card.name for card in column.cards][:2] == ["00", "01"] and column.after
    bob = world.browser(world.bob)
    asked = {"after": column.after, "from": "2026-11"}
    rest = bob.get(f"/acme/deals/forecast/{key}/cards/", asked)
    assert [card.name for card in rest.context["cards"]] == ["25", "26", "27"]
    assert rest.context["more_url"] == ""
    assert bob.get(f"/acme/deals/forecast/{key}/cards/?after=x").status_code == 404


def test_it_asks_as_often_whatever_there_is(world: World) -> None:
    with world.opened():
        stages = make.pipeline()
    bob = world.browser(world.bob)

    def asked() -> int:
        with CaptureQueriesContext(connections["default"]) as seen:
            assert bob.get("/acme/deals/forecast/?from=2026-11").status_code == 200
        return len(seen)

    asked()
    few = asked()
    with world.opened():
        for number in range(30):
            make.deal(stages[number % 3], f"D{number}", owner=world.alice,
                      organization=make.organization(f"F{number}"),
                      expected_on=NOVEMBER + timedelta(days=9 * number))  # fmt: skip
    assert asked() == few <= 16


def test_it_filters_what_is_rotting(world: World) -> None:
    with world.opened():
        stage = make.pipeline(rotting_days=7)[0]
        patient = make.pipeline("Patient")[0]
        long_ago = NOW - timedelta(days=400)
        make.deal(stage, "Fish auction hall", updated_at=long_ago)
        make.deal(stage, "Lost long ago", updated_at=long_ago, status="lost")
        make.deal(patient, "In no hurry", updated_at=long_ago)
        fresh = make.deal(stage, "Busy", updated_at=datetime.now(UTC))
    bob = world.browser(world.bob)
    column = bob.get("/acme/deals/?rotting=1").context["board"].columns[0]
    assert [card.name for card in column.cards] == ["Fish auction hall"]
    tree = '{"field": "is_stale", "is": "is", "value": true}'
    page = bob.get("/acme/deals/list/", {"filter": f'{{"all": [{tree}]}}'})
    assert [row.name for row in page.context["rows"]] == ["Fish auction hall"]
    others = bob.get(
        "/acme/deals/list/", {"filter": f'{{"all": [{tree.replace("true", "false")}]}}'}
    )
    assert {row.name for row in others.context["rows"]} == {"Busy", "In no hurry", "Lost long ago"}
    assert fresh.is_stale is None


def test_a_deal_about_which_something_is_done_does_not_rot(world: World) -> None:
    with world.opened():
        stage = make.pipeline(rotting_days=7)[0]
        long_ago = NOW - timedelta(days=400)
        names = ("Noted", "Planned", "Left alone", "Reminded of")
        deals = {name: make.deal(stage, name, updated_at=long_ago) for name in names}
        call = make.activity("Call", deals["Planned"])
        versions = {deal.pk: deal.version for deal in deals.values()}
    alice = world.browser(world.alice)
    noted = f"/acme/history/deal/{deals['Noted'].uid}/notes/"
    assert alice.post(noted, {"html": "<p>Lead with the dock.</p>"}).status_code < 400
    assert alice.post(f"/acme/activities/{call.uid}/completion/").status_code < 400
    with world.opened():
        told: dict[str, Any] = {"by": None, "about": [deals["Reminded of"]]}
        timeline.record("activity.created", at=datetime.now(UTC), **told)
        # Whoever edits it meanwhile is not overtaken
        assert {deal.pk: deal.version for deal in Deal.objects.all()} == versions
    board = alice.get("/acme/deals/?rotting=1").context["board"]
    assert {card.name for card in board.columns[0].cards} == {"Left alone", "Reminded of"}
    whole = alice.get("/acme/deals/").context["board"]
    idle = {card.name: card.idle(datetime.now(UTC)) for card in whole.columns[0].cards}
    assert idle["Noted"] is None and idle["Planned"] is None and idle["Left alone"]
    with unchanged(world):
        stranger = world.browser(world.charlie)
        assert stranger.post(noted, {"html": "<p>Mine</p>"}).status_code == 404


def test_it_keeps_the_day_where_a_month_has_it() -> None:
    assert months.day_in(date(2027, 2, 1), date(2026, 11, 30)) == date(2027, 2, 28)
    assert months.day_in(date(2027, 3, 1), date(2026, 11, 30)) == date(2027, 3, 30)
    assert months.day_in(date(2027, 3, 1), None) == date(2027, 3, 31)
    assert months.read_key("none") is None
