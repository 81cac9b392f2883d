"""A stage goes however many deals are in it, and deals are found by who they are with now."""

import pytest

from crm.contacts import actions as contacts
from crm.deals.actions import emptying, removing
from crm.deals.models import Deal, Stage, StageRemoval, Stay
from crm.fields.queries import searching
from crm.timeline.models import Event, EventAbout
from tests import make
from tests.world import NOW, World

MANY = 2_050


def test_it_moves_more_deals_than_anybody_could_by_hand(world: World) -> None:
    with world.opened():
        one, other = make.pipeline("New business", "Demo", "Offer")
        person = make.person("Dana Whitfield", owner=world.alice)
        known = make.deal(one, name="Known", owner=world.alice, person=person)
        won = make.deal(one, name="Won", owner=world.alice, status="won", closed_at=NOW)
        Deal.objects.bulk_create(
            Deal(
                name=f"Deal {n}", name_key=f"deal {n}", owner=world.alice, stage=one,
                pipeline=one.pipeline, stage_since=NOW, currency="EUR",
            )
            for n in range(MANY)
        )  # fmt: skip
        removal = removing.remove_stage(stage=one, to=other, by=world.alice, at=NOW)
        assert isinstance(removal, StageRemoval)
    removing.work(workspace_id=world.acme.pk, removal_id=removal.pk)
    with world.opened():
        assert not Stage.objects.filter(pk=one.pk).exists()
        assert Deal.objects.filter(stage=other).count() == MANY + 2
        assert Stay.objects.filter(stage=other, left_at=None).count() >= MANY + 1
        moves = Event.objects.filter(verb="deal.moved")
        assert moves.count() == MANY + 1
        told = moves.get(about__kind="person", about__object_id=person.pk)
        assert told.data["words"]["stage"] == ["Demo", "Offer"]
        known.refresh_from_db()
        assert (known.version, told.data["version"], told.by) == (2, 2, world.alice)
        assert not EventAbout.objects.filter(event__in=moves, object_id=won.pk, kind="deal")


def test_it_finds_deals_by_the_new_name_of_whom_they_are_with(world: World) -> None:
    with world.opened():
        firm = make.organization("Northwind", owner=world.alice)
        dana = make.person("Dana", "dana@n.test", owner=world.alice, organization=firm)
        deal = make.deal(make.pipeline()[0], owner=world.alice, organization=firm, person=dana)
        contacts.change_organization(
            organization=firm, values={"name": "Southgate"}, by=world.alice, at=NOW
        )
        found = {(each.kind, each.uid) for each in searching.search(world.alice, "southgate")}
        assert {("deal", deal.uid), ("person", dana.uid)} <= found
        assert not [e for e in searching.search(world.alice, "northwind") if e.kind == "deal"]
        dana.refresh_from_db()
        assert "dana@n.test" in dana.search


def test_it_removes_a_large_stage_step_by_step_and_tells_how_far_it_is(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(removing, "AT_ONCE", 2)
    monkeypatch.setattr(emptying, "AT_ONCE", 2)
    with world.opened():
        one, other, third = make.pipeline("New business", "Demo", "Offer", "Signed")
        for n in range(5):
            make.deal(one, name=f"Deal {n}", owner=world.alice)
        make.deal(one, name="Won", owner=world.alice, status="won", closed_at=NOW)
    alice = world.browser(world.alice)
    settings = f"/acme/settings/pipelines/{one.pipeline.uid}/"
    path = f"/acme/settings/stages/{one.uid}/removal/"
    alice.post(path, {"to": str(other.uid)})
    with world.opened():
        removal = StageRemoval.objects.get()
        here = {"workspace_id": world.acme.pk, "removal_id": removal.pk}
        assert removing.due_removals() == [(world.acme.pk, removal.pk)]
    shown = alice.get(settings).text
    part = f"/acme/settings/stage-removals/{removal.uid}/"
    assert "Demo is being removed, its deals go to Offer" in shown and part in shown
    # While it goes, neither it nor what takes its deals can go another way
    again = alice.post(path, {"to": str(third.uid)}, follow=True)
    taken = f"/acme/settings/stages/{other.uid}/removal/"
    refused = alice.post(taken, {"to": str(third.uid)}, follow=True)
    for page in (again, refused):
        assert "is being removed right now" in page.text
    with world.opened():
        removing._step(removal.pk)
    assert "2 of 6 deals have moved" in alice.get(part).text
    api = world.api(world.alice)
    stage = api.get(f"stages/{one.uid}/").json()
    assert (stage["removal"]["done"], stage["removal"]["move_to"]) == (2, str(other.uid))
    assert api.post(f"stages/{other.uid}/removal/", {}).status_code == 409
    # What comes in meanwhile goes along
    with world.opened():
        make.deal(one, name="Late", owner=world.alice)
    removing.work(**here)
    assert "Demo is gone, 7 deals moved." in alice.get(part).text
    with world.opened():
        assert Deal.objects.filter(stage=other).count() == 7
        assert Event.objects.get(verb="stage.deleted").data["moved"] == 7
        assert removing.due_removals() == []
    removing.work(**here)
    assert "is being removed" not in alice.get(settings).text
    assert world.browser(world.bob).get(part).status_code == 403


def test_it_says_that_a_removal_broke_off_and_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(removing, "AT_ONCE", 0)
    with world.opened():
        one, other = make.pipeline("New business", "Demo", "Offer")
        make.deal(one, owner=world.alice)
    api = world.api(world.alice)
    path, asked = f"stages/{one.uid}/removal/", {"move_to": str(other.uid)}
    assert api.post(path, asked).status_code == 202
    with world.opened():
        removal = StageRemoval.objects.get()
    here = {"workspace_id": world.acme.pk, "removal_id": removal.pk}
    with monkeypatch.context() as broken:
        broken.setattr(Stay, "objects", None)
        with pytest.raises(AttributeError):
            removing.work(**here)
    alice = world.browser(world.alice)
    part = f"/acme/settings/stage-removals/{removal.uid}/"
    assert "It broke off" in alice.get(part).text
    assert removing.due_removals() == []
    assert "It broke off" not in alice.post(part).text
    removing.work(**here)
    assert api.get(f"stages/{one.uid}/").status_code == 404
