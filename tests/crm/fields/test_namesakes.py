"""Two of one name are told apart wherever a record is picked; the one that is taken is meant."""

import pytest

from crm.contacts.models import Organization, Person
from crm.deals.models import Deal, DealPerson
from crm.fields.models import Field
from tests import make
from tests.world import World

PICK = "Pick one of those offered."


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
    for strange in (str(secret.uid), "nothing", ""):
        said = {"person": "Ana Silva", "person_is": strange, "organization": "Nowhere"}
        refused = bob.post("/acme/deals/new/", form | said)
        assert refused.status_code == 422 and PICK in refused.text
        # What is offered is there at once
        assert 'hx-trigger="load, input delay:150ms from:[name=person]"' in refused.text
    # Another name is another person, whoever was taken before
    bob.post("/acme/deals/new/", form | {"person": "Rui Costa", "person_is": str(meant.uid)})
    with world.opened():
        persons = [deal.person for deal in Deal.objects.order_by("pk")[1:]]
        assert persons == [Person.objects.get(name="Rui Costa")]
        # Nobody is made on the way to a refusal
        assert not Organization.objects.exists()


def test_it_asks_to_pick_one_wherever_a_name_is_typed(world: World) -> None:
    with world.opened():
        phase = make.board()[0]
        deal = make.deal(make.pipeline()[0])
        person = make.person("Rui Costa")
        for _number in range(2):
            make.person("Ana Silva")
            make.organization("Northwind")
        Field.objects.create(kind="deal", key="found_by", name="Found by", type="person")
    bob = world.browser(world.bob)
    northwind = {
        "name": "New",
        "currency": "EUR",
        "phase": str(phase.uid),
        "organization": "NORTHWIND",
    }
    silva = {"value": "Ana Silva", "uid": str(deal.uid), "person": "Ana Silva", "role": "pays"}
    before = _everybody(world)
    for path, said in (
        ("people/new/", northwind),
        ("leads/new/", northwind),
        ("projects/new/", northwind),
        (f"people/{person.uid}/facts/organization/", {"value": "northwind"}),
        (f"deals/{deal.uid}/facts/person/", silva),
        (f"deals/{deal.uid}/facts/found_by/", silva),
        (f"deals/{deal.uid}/participants/", silva),
        ("deals/bulk/", silva | {"fact": "person"}),
        ("deals/bulk/", silva | {"fact": "found_by"}),
    ):
        answer = bob.post(f"/acme/{path}", said)
        assert answer.status_code == 422 and PICK in answer.text, path
    line = {f"{name}-0.0": "person" for name in ("field", "was")}
    line |= {"do": "apply", "joined-group": "all", "is-0.0": "any_of", "value-0.0": "Ana Silva"}
    answer = bob.post("/acme/deals/filter/", line)
    assert answer.status_code == 422 and PICK in answer.text
    assert _everybody(world) == before


def test_it_makes_nobody_for_what_is_refused(world: World) -> None:
    with world.opened():
        stages = make.pipeline()
        deal = make.deal(stages[0])
        make.person("Taken", "taken@northwind.test")
        must = {"type": "text", "required_in": [stages[0].pk]}
        Field.objects.create(kind="deal", key="contract", name="Contract", **must)
        by = {"type": "person", "is_required": True}
        Field.objects.create(kind="person", key="by", name="By", **by)
    bob, before = world.browser(world.bob), _everybody(world)
    new = {"person": "Nobody Yet", "organization": "Nothing Yet", "name": "New", "currency": "EUR"}
    here = {"stage": str(stages[0].uid), "own-by-value": "Nobody Yet"}
    late = {"value": "Nobody Yet", "version": "1"}
    assert bob.post("/acme/deals/new/", new | here).status_code == 422
    assert bob.post("/acme/people/new/", here | {"name": ""}).status_code == 422
    taken = new | here | {"addresses": "taken@northwind.test"}
    assert bob.post("/acme/people/new/", taken).status_code == 422
    bob.post(f"/acme/deals/{deal.uid}/facts/name/", {"value": "Other", "version": "1"})
    with world.opened():
        Deal.objects.get().refresh_from_db()
        one = make.person("First")
    assert bob.post(f"/acme/deals/{deal.uid}/facts/person/", {"value": "First"}).status_code == 200
    assert bob.post(f"/acme/deals/{deal.uid}/facts/person/", late).status_code == 409
    assert _everybody(world) == (before[0] | {one.pk}, before[1])


def _everybody(world: World) -> tuple[set[int], set[int]]:
    with world.opened():
        people, places = (
            set(model.objects.values_list("pk", flat=True)) for model in (Person, Organization)
        )
        return people, places


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
