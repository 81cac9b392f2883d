"""Two who do something to the same at once: neither takes away what the other did."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from crm.contacts.models import Person
from crm.deals import actions as deals
from crm.deals.models import Deal, Pipeline
from crm.fields.actions import bulk, definitions, merging
from crm.fields.models import Field, Label
from crm.leads import actions as leads
from crm.leads.models import Lead
from crm.projects.models import Board
from crm.timeline.models import ActivityType
from tests import make
from tests.world import NOW, Api, World

MANY = 4


def _at_once(world: World, asked: list[tuple[str, Any]]) -> list[int]:
    """The answers to these, of which none begins before all do."""
    start, secret = Barrier(len(asked)), world.api(world.alice).headers["Authorization"]

    def turn(one: tuple[str, Any]) -> int:
        api = Api(secret.removeprefix("Bearer "))
        start.wait()
        try:
            return int(api.post(*one).status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(asked)) as pool:
        return list(pool.map(turn, asked))


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
    asked = [("leads/from_deal/", {"deal": str(deal.uid)})] * MANY
    codes = _at_once(world, asked)
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


def test_it_merges_each_once(world: World) -> None:
    with world.opened():
        one, two, three = (make.person(name) for name in ("Ana", "Bia", "Caio"))
    pairs = [(one, two), (two, one), (one, three), (three, two)]
    codes = _at_once(world, [(f"people/{a.uid}/merge/", {"other": str(b.uid)}) for a, b in pairs])
    assert set(codes) <= {200, 404, 409} and 200 in codes
    with world.opened():
        left = Person.objects.filter(trashed_at=None).count()
        assert left == len({one, two, three}) - codes.count(200)
        seen = [Person.objects.get(pk=each.pk) for each in (one, two, three)]
        here, gone = (
            next(p for p in seen if not p.is_trashed),
            next(p for p in seen if p.is_trashed),
        )
    alice = world.browser(world.alice)
    # The page knew both when it was asked; the action finds one of them gone
    with world.opened(), pytest.raises(merging.Gone):
        merging.merge(here, gone, by=world.alice, at=NOW)
    said = {"with": str(gone.uid), "version": "1", "other_version": "1"}
    assert alice.post(f"/acme/people/{here.uid}/merge/", said).status_code == 404


def _browsing(world: World, visit: Callable[[Client], Any]) -> list[int]:
    """What several get who come at once, each with a browser of his own."""
    start = Barrier(MANY)
    browsers = [world.browser(world.alice) for _number in range(MANY)]

    def turn(browser: Client) -> int:
        start.wait()
        try:
            return int(visit(browser).status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(MANY) as pool:
        return list(pool.map(turn, browsers))


@pytest.mark.parametrize(
    ("path", "model"),
    [("deals/", Pipeline), ("projects/", Board), ("activities/", ActivityType)],
)
def test_it_begins_with_one_of_each(world: World, path: str, model: Any) -> None:
    """Whoever comes first makes what a workspace begins with, and several may come first."""
    assert set(_browsing(world, lambda browser: browser.get(f"/acme/{path}"))) == {200}
    with world.opened():
        names = [str(row) for row in model.objects.all()]
        assert len(names) == len(set(names)) > 0


def test_it_adds_samples_once(world: World) -> None:
    add = {"do": "add"}
    codes = _browsing(world, lambda browser: browser.post("/acme/settings/samples/", add))
    assert set(codes) == {302}
    with world.opened():
        names = [deal.name for deal in Deal.objects.all()]
        assert len(names) == len(set(names)) > 0
