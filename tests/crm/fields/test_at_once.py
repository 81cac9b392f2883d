"""Two who do something to the same at once: neither takes away what the other did."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from crm.deals import actions as deals
from crm.deals.models import Deal
from crm.fields.actions import bulk, definitions
from crm.fields.models import Field, Label
from crm.leads import actions as leads
from crm.leads.models import Lead
from tests import make
from tests.world import NOW, Api, World

MANY = 4


def test_it_keeps_the_labels_of_both(world: World) -> None:
    with world.opened():
        deal = make.deal(make.pipeline()[0])
        labels = [Label.objects.create(kind="deal", name=name, hue="stone") for name in "AB"]
        # Both have read the deal before either labels it
        seen = [Deal.objects.get(pk=deal.pk) for _label in labels]
        for row, label in zip(seen, labels, strict=True):
            bulk.label_all([row], label.pk, on=True, by=world.alice, at=NOW, batch=label.name)
        assert Deal.objects.get().label_ids == [label.pk for label in labels]


def test_it_keeps_the_choices_of_both(world: World) -> None:
    with world.opened():
        Field.objects.create(kind="deal", key="size", name="Size", type="choice")
        seen = [Field.objects.get() for _name in "AB"]
        for row, name in zip(seen, "AB", strict=True):
            definitions.add_choice(field=row, name=name, hue="stone", by=world.alice, at=NOW)
        assert [each["name"] for each in Field.objects.get().options] == ["A", "B"]


def test_it_archives_no_lead_that_is_a_deal_by_now(world: World) -> None:
    with world.opened():
        stage, lead = make.pipeline()[0], make.lead()
        seen = Lead.objects.get()
        leads.convert_lead(lead=lead, stage=stage, by=world.alice, at=NOW)
        assert leads.archive_leads(leads=[seen], by=world.bob, at=NOW) == []
        assert Lead.objects.get().status == "converted"


def test_it_converts_a_lead_as_it_is_by_now(world: World) -> None:
    with world.opened():
        stage, lead = make.pipeline()[0], make.lead("Old name")
        seen = Lead.objects.get()
        leads.change_lead(lead=lead, values={"name": "New name"}, by=world.alice, at=NOW)
        assert leads.convert_lead(lead=seen, stage=stage, by=world.bob, at=NOW).name == "New name"


def test_it_makes_one_lead_of_a_deal(world: World) -> None:
    with world.opened():
        deal = make.deal(make.pipeline()[0])
    start, secret = Barrier(MANY), world.api(world.alice).headers["Authorization"]

    def turn(_number: int) -> int:
        asking = Api(secret.removeprefix("Bearer "))
        start.wait()
        try:
            answer = asking.post("leads/from_deal/", {"deal": str(deal.uid)})
            return int(answer.status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(MANY) as pool:
        codes = list(pool.map(turn, range(MANY)))
    assert set(codes) <= {201, 404} and 201 in codes
    with world.opened():
        assert Lead.objects.count() == 1


def test_a_new_title_neither_opens_nor_moves_a_deal(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody wins and moves it between the reading and the writing of another request."""
    with world.opened():
        stages = make.pipeline()
        deal = make.deal(stages[0])
    change, hers = deals.change_deal, dict[str, Any](by=world.bob, at=NOW)

    def late(**asked: Any) -> Deal:
        row, how = Deal.objects.get(pk=deal.pk), hers
        deals.win_deal(deal=deals.move_deal(deal=row, to=stages[1], **how), **how)
        return change(**asked)

    monkeypatch.setattr(deals, "change_deal", late)
    answer = world.api(world.alice).patch(f"deals/{deal.uid}/", {"title": "Another"})
    assert answer.status_code == 200
    told = answer.json()
    assert (told["title"], told["status"]) == ("Another", "won")
    assert told["stage"] == str(stages[1].uid)
