"""People are found, made, changed in place and joined with the mail that was there first."""

from typing import Any

from django.db import connections
from django.test.utils import CaptureQueriesContext

from crm.contacts.models import Organization, Person, PersonEmail
from crm.fields.models import Label
from crm.timeline.models import Event
from inbox.models import ThreadLink
from tests import make
from tests.world import World

FORM = {
    "name": "Ana Ávila",
    "organization": "Porto Frio",
    "addresses": "ana@santos.test\nANA@home.test\n\n",
    "phones": "+55 11 3210-4321",
}


def test_it_makes_a_person_by_hand_and_finds_her_mail(world: World) -> None:
    with world.opened():
        row = make.message(make.mailbox(world.alice), sender="Ana <ana@santos.test>")
    alice = world.browser(world.alice)
    page = alice.post("/acme/people/new/", FORM, follow=True)
    assert page.status_code == 200 and "Ana Ávila" in page.text
    assert "+55 11 3210-4321" in page.text and "Porto Frio" in page.text
    with world.opened():
        person = Person.objects.get()
        assert person.owner == world.alice
        assert person.organization == Organization.objects.get(name="Porto Frio")
        emails = list(person.emails.order_by("pk").values_list("address", "is_primary"))
        assert emails == [("ana@santos.test", True), ("ana@home.test", False)]
        assert person.phones.get().number == "+551132104321"
        links = ThreadLink.objects.values_list("kind", "thread_id")
        assert set(links) == {("person", row.thread_id), ("organization", row.thread_id)}
    shown = alice.get(f"/acme/inbox/t/{row.thread.uid}/")
    assert shown.context["person"].name == "Ana Ávila"
    assert shown.context["why_linked"] == "ana@santos.test takes part."


def test_it_says_whose_an_address_is_to_those_who_may_know(world: World) -> None:
    with world.opened():
        make.person("Bo Fjord", "ana@santos.test", owner=world.alice, visibility="owner")
    answer = world.browser(world.alice).post("/acme/people/new/", FORM)
    assert answer.status_code == 422
    assert "ana@santos.test belongs to Bo Fjord." in answer.text
    answer = world.browser(world.bob).post("/acme/people/new/", FORM)
    assert answer.status_code == 422 and "Bo Fjord" not in answer.text
    with world.opened():
        assert Person.objects.count() == 1


def test_it_names_an_address_that_is_none(world: World) -> None:
    answer = world.browser(world.alice).post("/acme/people/new/", FORM | {"addresses": "ana@"})
    assert answer.status_code == 422 and "“ana@” is not a full e-mail address." in answer.text


def fact(world: World, who: Any, row: Person, name: str, **typed: Any) -> Any:
    """What the person's page does when a fact is saved in its place."""
    typed.setdefault("version", str(row.version))
    return world.browser(who).post(f"/acme/people/{row.uid}/facts/{name}/", typed)


def test_it_changes_facts_in_their_place(world: World) -> None:
    with world.opened():
        row = make.person("Ana", "ana@santos.test")
        label = Label.objects.create(kind="person", name="Partner", hue="leaf")
    assert "Ana Ávila" in fact(world, world.bob, row, "name", value="Ana Ávila").text
    assert "Porto Frio" in fact(world, world.bob, row, "organization", value="Porto Frio").text
    fact(world, world.bob, row, "owner", value=str(world.alice.uid))
    fact(world, world.bob, row, "labels", value=[str(label.uid)])
    fact(world, world.bob, row, "phones", value=["+44 20 7946 0018", ""], label=["work", ""])
    told = fact(world, world.bob, row, "emails", value=["new@santos.test"], label=[""])
    assert told.status_code == 200 and "new@santos.test" in told.text
    with world.opened():
        now = Person.objects.get()
        assert (now.name, now.name_key, now.version) == ("Ana Ávila", "ana avila", 7)
        assert now.owner == world.alice and now.label_ids == [label.pk]
        assert now.organization.name == "Porto Frio"
        assert PersonEmail.objects.get().address == "new@santos.test"
        assert now.search == "ana avila new@santos.test +442079460018 porto frio"
        last = Event.objects.filter(verb="person.changed").order_by("pk").last()
        assert last.by == world.bob
        assert last.data["changes"] == {
            "emails": [[["ana@santos.test", ""]], [["new@santos.test", ""]]]
        }


def test_it_says_what_cannot_be_kept(world: World) -> None:
    with world.opened():
        row = make.person("Ana", "ana@santos.test")
        make.person("Bo", "bo@fjord.test")
    for name, value, words in (
        ("name", "", "This cannot be empty."),
        ("emails", "bo@fjord.test", "bo@fjord.test belongs to Bo."),
        ("emails", "nobody", "is not a full e-mail address"),
        ("owner", "0", "Choose a colleague."),
        ("visibility", "friends", "Choose who sees it."),
        ("title", "x" * 121, "longer than 120"),
    ):
        answer = fact(world, world.alice, row, name, value=value)
        assert answer.status_code == 422 and words in answer.text, name
    with world.opened():
        assert Person.objects.get(pk=row.pk).version == 1
    assert fact(world, world.alice, row, "shoe_size", value="44").status_code == 404
    assert fact(world, world.alice, row, "created_at", value="44").status_code == 404


def test_it_overwrites_nobody(world: World) -> None:
    with world.opened():
        row = make.person("Ana")
    fact(world, world.alice, row, "title", value="Head of buying")
    late = fact(world, world.bob, row, "title", value="Buyer")
    assert late.status_code == 409
    assert "Alice Moreira changed this meanwhile" in late.text
    assert "Head of buying" in late.text and 'value="Buyer"' in late.text
    with world.opened():
        assert Person.objects.get().title == "Head of buying"
    # Another fact was not touched by anybody
    assert fact(world, world.bob, row, "name", value="Ana Á.").status_code == 200
    # Having seen hers, he insists
    assert fact(world, world.bob, row, "title", value="Buyer", version="3").status_code == 200


def test_it_keeps_the_trash_for_second_thoughts(world: World) -> None:
    with world.opened():
        row = make.person("Ana", "ana@santos.test")
        mail = make.message(make.mailbox(world.alice), sender="Ana <ana@santos.test>")
    alice = world.browser(world.alice)
    gone = alice.post("/acme/people/trash/", {"uid": row.uid, "leave": "1"})
    assert gone.headers["HX-Redirect"] == "/acme/people/"
    assert f"/acme/people/restore/?uid={row.uid}" in gone.headers["HX-Trigger"]
    assert alice.get(f"/acme/people/{row.uid}/").status_code == 404
    assert alice.get(f"/acme/inbox/t/{mail.thread.uid}/").context["person"] is None
    with world.opened():
        # The address is free, and whoever takes it keeps it
        make.person("Ana again", "ana@santos.test")
    alice.post(f"/acme/people/restore/?uid={row.uid}")
    with world.opened():
        back = Person.objects.get(pk=row.pk)
        assert back.trashed_at is None and not back.emails.exists()


def test_it_lists_by_name_without_accents_page_by_page(world: World) -> None:
    with world.opened():
        for number in range(52):
            make.person(f"Person {number:02}")
        make.person("Álvaro Reis", "alvaro@x.test")
    alice = world.browser(world.alice)
    page = alice.get("/acme/people/")
    names = [person.name for person in page.context["rows"]]
    assert names[0] == "Álvaro Reis" and len(names) == 50
    rest = alice.get("/acme/people/", {"after": page.context["after"]})
    assert len(rest.context["rows"]) == 3 and rest.context["after"] == ""
    for typed in ("reis", "ALVARO", "alvro reis", "x.test"):
        found = alice.get("/acme/people/", {"q": typed}).context["rows"]
        assert [person.name for person in found] == ["Álvaro Reis"], typed
    last = alice.get("/acme/people/?sort=-name").context["rows"][0]
    assert last.name == "Person 51"


def test_it_asks_as_often_for_fifty_rows_as_for_one(world: World) -> None:
    alice = world.browser(world.alice)

    def asked(path: str) -> int:
        with CaptureQueriesContext(connections["default"]) as seen:
            assert alice.get(path).status_code == 200
        return len(seen)

    with world.opened():
        row = make.person("Ana", "ana@santos.test", organization=make.organization())
    paths = ("/acme/people/", f"/acme/people/{row.uid}/", "/acme/organizations/")
    for path in paths:
        alice.get(path)
    few = [asked(path) for path in paths]
    with world.opened():
        for number in range(49):
            firm = make.organization(f"Firm {number}")
            make.person(f"P{number}", f"p{number}@x.test", organization=firm, owner=world.bob)
    assert [asked(path) for path in paths] == few
    assert max(few) <= 12


def test_it_does_one_thing_to_many_and_takes_it_back(world: World) -> None:
    with world.opened():
        rows = [make.person(f"P{number}", owner=world.alice) for number in range(3)]
        label = Label.objects.create(kind="person", name="Fair")
    alice = world.browser(world.alice)
    uids = [str(row.uid) for row in rows]
    told = alice.post("/acme/people/bulk/", {"uid": uids, "owner": str(world.bob.uid)})
    assert "3 records changed" in told.headers["HX-Trigger"]
    alice.post("/acme/people/bulk/", {"uid": uids[:1], "label": str(label.uid)})
    with world.opened():
        assert Person.objects.filter(owner=world.bob).count() == 3
    undo = told.headers["HX-Trigger"].split('"undo": "')[1].split('"')[0]
    assert "2 records are as they were" in alice.post(undo).headers["HX-Trigger"]
    with world.opened():
        # The first one was changed once more since, so it stays
        kept = Person.objects.get(pk=rows[0].pk)
        assert kept.owner == world.bob and kept.label_ids == [label.pk]
        assert Person.objects.filter(owner=world.alice).count() == 2


def test_it_shows_a_person_with_a_way_to_write(world: World) -> None:
    with world.opened():
        row = make.person("Ana", "ana@santos.test")
    text = world.browser(world.alice).get(f"/acme/people/{row.uid}/").text
    assert "/acme/inbox/compose/?to=ana%40santos.test" in text
    assert f"/acme/inbox/of/person/{row.uid}/" in text


def test_it_shows_an_organization_with_its_people(world: World) -> None:
    alice = world.browser(world.alice)
    typed = {"name": "Northwind", "domains": "northwind.test, @nw.test", "website": "nw.test"}
    page = alice.post("/acme/organizations/new/", typed, follow=True)
    assert page.status_code == 200
    with world.opened():
        firm = Organization.objects.get()
        assert (firm.domains, firm.website) == (["northwind.test", "nw.test"], "https://nw.test")
        make.person("Dana", organization=firm)
        make.person("Secret", organization=firm, owner=world.alice, visibility="owner")
    assert "Dana" in alice.get(f"/acme/organizations/{firm.uid}/").text
    text = world.browser(world.bob).get(f"/acme/organizations/{firm.uid}/").text
    assert "Dana" in text and "Secret" not in text
    offered = alice.get("/acme/organizations/names/?value=north").text
    assert 'data-name="Northwind"' in offered
