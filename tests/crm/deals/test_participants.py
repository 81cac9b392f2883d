"""People take part in a deal, and a deal is copied with them."""

from datetime import date

from crm.contacts.models import Person
from crm.deals.models import Deal, DealPerson
from crm.timeline.models import Event
from tests import make
from tests.world import World


def test_it_lists_who_takes_part(world: World) -> None:
    with world.opened():
        deal = make.deal(make.pipeline()[0])
        make.person("Hettie Marlowe")
        hidden = make.person("Secret Adviser", owner=world.alice, visibility="owner")
        DealPerson.objects.create(deal=deal, person=hidden, role="advises")
    bob = world.browser(world.bob)
    path = f"/acme/deals/{deal.uid}/participants/"
    part = bob.post(path, {"person": "Hettie Marlowe", "role": "pays"})
    assert part.status_code == 200 and "Hettie Marlowe" in part.text and "pays" in part.text
    assert "Secret" not in part.text
    assert "Raj Bhandal" in bob.post(path, {"person": "Raj Bhandal", "role": ""}).text
    bob.post(path, {"person": "hettie marlowe", "role": "decides"})
    page = bob.get(f"/acme/deals/{deal.uid}/").text
    assert "decides" in page and "Secret" not in page
    with world.opened():
        hettie = Person.objects.get(name="Hettie Marlowe")
        told = Event.objects.filter(about__kind="person", about__object_id=hettie.pk)
        assert [e.data["changes"]["participants"] for e in told.order_by("pk")] == [
            [None, ["Hettie Marlowe", "pays"]],
            [["Hettie Marlowe", "pays"], ["Hettie Marlowe", "decides"]],
        ]
        assert DealPerson.objects.count() == 3
    assert "Hettie" not in bob.post(path, {"without": str(hettie.uid)}).text
    assert bob.post(path, {"person": ""}).status_code == 422
    assert bob.post(path, {"without": str(hidden.uid)}).status_code == 404
    assert bob.post(path, {"without": "x"}).status_code == 404
    assert world.browser(world.charlie).get(path).status_code == 404


def test_it_copies_a_deal(world: World) -> None:
    with world.opened():
        _first, second, _third = make.pipeline()
        deal = make.deal(second, "Four shop fridges", value=6100, owner=world.bob,
                         organization=make.organization(), expected_on=date(2026, 12, 4),
                         custom={"depots": 14}, status="won")  # fmt: skip
        DealPerson.objects.create(deal=deal, person=make.person("Raj"), role="site lead")
    alice = world.browser(world.alice)
    answer = alice.post(f"/acme/deals/{deal.uid}/copy/")
    assert answer.status_code == 204
    with world.opened():
        made = Deal.objects.exclude(pk=deal.pk).get()
        assert answer.headers["HX-Redirect"] == f"/acme/deals/{made.uid}/"
        assert (made.name, made.status, made.stage) == ("Four shop fridges (copy)", "open", second)
        assert (made.value, made.owner, made.custom) == (6100, world.bob, {"depots": 14})
        assert made.organization == deal.organization and made.created_by == world.alice
        assert [row.role for row in DealPerson.objects.filter(deal=made)] == ["site lead"]
    assert world.browser(world.charlie).post(f"/acme/deals/{made.uid}/copy/").status_code == 404
