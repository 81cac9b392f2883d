"""Two of one name are told apart wherever a record is picked; the one that is taken is meant."""

import pytest

from crm.contacts.models import Person
from crm.deals.models import Deal, DealPerson
from crm.fields.models import Field
from tests import make
from tests.world import World


def test_it_offers_a_second_line(world: World) -> None:
    with world.opened():
        north = make.organization("Northwind", domains=["northwind.test"])
        make.organization("Northwind", phone="+4722334455")
        one = make.person("Ana Silva", "ana@north.test", "late@north.test", organization=north)
        other = make.person("Ana Silva", "ana@home.test")
        hidden = make.person("Ana Hidden", "h@home.test", owner=world.alice, visibility="owner")
        stage = make.pipeline()[0]
        make.deal(stage, "Silva depots", person=one, organization=north)
    bob = world.browser(world.bob)
    offered = bob.get("/acme/people/names/", {"person": "ana"}).text
    assert "Northwind · ana@north.test" in offered and "ana@home.test" in offered
    assert "late@" not in offered and str(hidden.uid) not in offered
    for row in (one, other):
        assert f'data-named="{row.uid}"' in offered
    offered = bob.get("/acme/organizations/names/", {"own-firm-value": "north"}).text
    assert "northwind.test" in offered and "+47 22 33 44 55" in offered
    picker = bob.get("/acme/picker/", {"find": "silva"}).text
    assert "Northwind · ana@north.test" in picker and "Northwind · Ana Silva · " in picker
    page = bob.get(f"/acme/people/{one.uid}/merge/", {"q": "ana"}).text
    assert "ana@home.test" in page
    with world.opened():
        mail = make.message(make.mailbox(world.bob))
    links = bob.get(f"/acme/inbox/t/{mail.thread.uid}/links/", {"find": "ana"}).text
    assert "Northwind · ana@north.test" in links


@pytest.mark.parametrize("which", [0, 1])
def test_it_means_the_one_that_was_taken(world: World, which: int) -> None:
    with world.opened():
        stage = make.pipeline()[0]
        two = [make.person("Ana Silva"), make.person("Ana Silva")]
        secret = make.person("Ana Silva", owner=world.alice, visibility="owner")
        Field.objects.create(kind="deal", key="found_by", name="Found by", type="person")
    bob, meant = world.browser(world.bob), two[which]
    form = {"name": "Depots", "stage": str(stage.uid), "currency": "EUR", "value": ""}
    typed = {"person": "Ana Silva", "person_is": str(meant.uid)}
    made = bob.post("/acme/deals/new/", form | typed)
    assert made.status_code == 302, made.text
    path = made.headers["Location"]
    for fact in ("person", "found_by"):
        said = {"value": "Ana Silva", "is": str(meant.uid)}
        assert bob.post(f"{path}facts/{fact}/", said).status_code == 200
        # The editor knows which one it is, so that saving it as it stands changes nothing
        assert f'value="{meant.uid}"' in bob.get(f"{path}facts/{fact}/", {"edit": "1"}).text
    bob.post(f"{path}participants/", {**typed, "role": "pays"})
    with world.opened():
        deal = Deal.objects.get()
        assert deal.person == meant and deal.custom == {"found_by": str(meant.uid)}
        assert [row.person for row in DealPerson.objects.all()] == [meant]
    for strange in (str(secret.uid), "nothing"):
        bob.post("/acme/deals/new/", form | {"person": "Ana Silva", "person_is": strange})
    # Another name is another person, whoever was taken before
    bob.post("/acme/deals/new/", form | {"person": "Rui Costa", "person_is": str(meant.uid)})
    with world.opened():
        persons = [deal.person for deal in Deal.objects.order_by("pk")[1:]]
        assert persons == [two[0], two[0], Person.objects.get(name="Rui Costa")]


def test_it_filters_by_the_one_that_was_taken(world: World) -> None:
    with world.opened():
        stage = make.pipeline()[0]
        two = [make.person("Ana Silva"), make.person("Ana Silva")]
        for number, person in enumerate(two):
            make.deal(stage, f"Depots {number}", person=person)
    alice = world.browser(world.alice)
    form = {
        "do": "apply",
        "joined-group": "all",
        "field-0.0": "person",
        "was-0.0": "person",
        "is-0.0": "any_of",
        "value-0.0": "Ana Silva",
        "value-0.0_is": str(two[1].uid),
    }
    address = alice.post("/acme/deals/filter/", form).headers["HX-Redirect"]
    page = alice.get(address).text
    assert "Depots 1" in page and "Depots 0" not in page
    builder = alice.get("/acme/deals/filter/?" + address.partition("?")[2]).text
    assert f'value="{two[1].uid}"' in builder
