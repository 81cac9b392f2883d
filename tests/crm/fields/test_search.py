"""Records are found by their words, in spite of accents and mistakes, by those who see them."""

from django.db import connections
from django.test.utils import CaptureQueriesContext

from crm.fields import queries
from tests import make
from tests.world import World


def test_it_forgives_accents_and_mistakes(world: World) -> None:
    with world.opened():
        firm = make.organization("Pão da Serra", domains=["serra.test"])
        person = make.person("João Conceição", "joao@serra.test", organization=firm)
        deal = make.deal(make.pipeline()[0], "Two refrigerated vans", organization=firm)
        for typed, kinds in (
            ("conceicao", {"person"}),
            ("CONCEIÇÃO", {"person"}),
            ("conceisao", {"person"}),
            ("refridgerated", {"deal"}),
            ("vans serra", {"deal"}),
            ("pao da serra", {"person", "organization", "deal"}),
            ("zebra", set()),
            ("%_", set()),
        ):
            found = queries.search(world.bob, typed)
            assert {each.kind for each in found} == kinds, typed
        assert queries.search(world.bob, "joao@serra.test")[0].uid == person.uid
        assert queries.search(world.bob, "joao")[0].uid == person.uid
        assert queries.search(world.bob, "two")[0].uid == deal.uid


def test_it_finds_only_what_one_sees(world: World) -> None:
    with world.opened():
        make.organization("Secret Farm", owner=world.alice, visibility="owner")
        make.organization("Gone Farm", trashed_at="2026-11-20T00:00Z")
        assert [each.name for each in queries.search(world.alice, "farm")] == ["Secret Farm"]
        assert queries.search(world.bob, "farm") == []


def test_it_asks_at_most_twice(world: World) -> None:
    with world.opened():
        make.organization("Farm")
        queries.search(world.alice, "farm")
        with CaptureQueriesContext(connections["default"]) as seen:
            queries.search(world.alice, "farm")
            assert len(seen) <= 2


def test_it_finds_records_in_the_palette(world: World) -> None:
    with world.opened():
        firm = make.organization("Brightmoor Dairy")
        deal = make.deal(make.pipeline()[0], "Brightmoor, 14 depots")
    text = world.browser(world.bob).get("/acme/inbox/palette/?q=brightmor").text
    assert f"/acme/organizations/{firm.uid}/" in text
    assert f"/acme/deals/{deal.uid}/" in text
