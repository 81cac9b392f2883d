"""The ends of the calendar and of what a number can say."""

from decimal import Decimal

import pytest

from crm.deals.models import Currency
from crm.projects.models import Project, Task, Template
from tests import make
from tests.world import World


def test_it_makes_no_base_in_which_others_are_worth_too_much(world: World) -> None:
    with world.opened():
        make.currency("EUR", "1", is_base=True)
        tiny, _large = make.currency("AAA", "0.00000001"), make.currency("BBB", "999999999")
        before = list(Currency.objects.order_by("pk").values())
    alice = world.browser(world.alice)
    page = alice.post(f"/acme/settings/currencies/{tiny.uid}/", {"make": "base"}, follow=True)
    assert page.status_code == 200 and "would be too large" in page.text
    api = world.api(world.alice)
    assert api.patch(f"currencies/{tiny.uid}/", {"is_base": True}).status_code == 409
    with world.opened():
        assert list(Currency.objects.order_by("pk").values()) == before
        Currency.objects.filter(code="BBB").update(rate=Decimal(99))
    assert api.patch(f"currencies/{tiny.uid}/", {"is_base": True}).status_code == 200


@pytest.mark.parametrize("month", ["0001-01", "1899-12", "9999-12", "9999-07", "2026-13", "x"])
def test_it_foresees_no_month_that_has_none_beside_it(world: World, month: str) -> None:
    with world.opened():
        deal = make.deal(make.pipeline()[0], expected_on="9999-12-31")
    alice = world.browser(world.alice)
    assert alice.get("/acme/deals/forecast/", {"from": month}).status_code == 404
    for path in (f"forecast/{month}/cards/", "forecast/late/cards/?from=" + month):
        assert alice.get(f"/acme/deals/{path}").status_code in (200, 404), path
    moved = alice.post(f"/acme/deals/{deal.uid}/month/", {"to": month})
    assert moved.status_code in (204, 404)


@pytest.mark.parametrize("place", ["|9" * 2, "|" + "9" * 30, "2026-11-20|x", "|-1", "|²"])
def test_it_goes_on_at_no_place_that_is_none(world: World, place: str) -> None:
    with world.opened():
        make.pipeline()
    alice = world.browser(world.alice)
    for month in ("late", "none", "2026-11"):
        answer = alice.get(f"/acme/deals/forecast/{month}/cards/", {"after": place})
        assert answer.status_code == 404, month


def test_it_starts_a_project_at_the_end_of_the_calendar(world: World) -> None:
    with world.opened():
        phase = make.board()[0]
        tasks = [{"name": "Order", "days": 30, "tasks": [{"name": "Pay", "days": 1}]}]
        long = Template.objects.create(name="Long", board=phase.board, days=3650, tasks=tasks)
    said = {"name": "Late", "phase": str(phase.uid), "template": str(long.uid)}
    assert (
        world.browser(world.alice)
        .post("/acme/projects/new/", said | {"starts_on": "9999-12-31"})
        .status_code
        == 302
    )
    with world.opened():
        assert Project.objects.get().due_on is None
        assert list(Task.objects.values_list("due_on", flat=True)) == [None, None]


@pytest.mark.parametrize("due", [{"due_on": "0001-01-01"}, {"due_at": "0001-01-03T00:00:00Z"}])
def test_it_reminds_of_nothing_before_there_were_days(world: World, due: dict[str, str]) -> None:
    api = world.api(world.alice)
    told = api.post("activities/", {"subject": "Call", "remind_before": 10_080, **due})
    assert told.status_code == 201
    page = world.browser(world.alice).get("/acme/activities/?when=overdue")
    assert page.status_code == 200 and "Call" in page.text
