"""A stage goes however many deals are in it, and deals are found by who they are with now."""

from crm.contacts import actions as contacts
from crm.deals.actions.stages import delete_stage
from crm.deals.models import Deal, Stage, Stay
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
        count = delete_stage(stage=one, to=other, by=world.alice, at=NOW)
        assert count == MANY + 2 and not Stage.objects.filter(pk=one.pk).exists()
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
