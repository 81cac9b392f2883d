"""People are found, made, changed and joined with the mail that was there first."""

from crm.contacts.models import Person, PersonEmail
from inbox.models import ThreadLink
from tests import make
from tests.world import World

FORM = {"name": "Ana Ávila", "addresses": "ana@santos.test\nANA@home.test\n\n"}


def test_it_makes_a_person_by_hand_and_finds_her_mail(world: World) -> None:
    with world.opened():
        row = make.message(make.mailbox(world.alice), sender="Ana <ana@santos.test>")
    alice = world.browser(world.alice)
    page = alice.post("/acme/people/new/", FORM, follow=True)
    assert page.status_code == 200 and "Ana Ávila" in page.text
    with world.opened():
        person = Person.objects.get()
        assert person.owner == world.alice
        emails = list(person.emails.order_by("pk").values_list("address", "is_primary"))
        assert emails == [("ana@santos.test", True), ("ana@home.test", False)]
        assert ThreadLink.objects.get().thread_id == row.thread_id
    shown = alice.get(f"/acme/inbox/t/{row.thread.uid}/")
    assert shown.context["person"].name == "Ana Ávila"
    assert shown.context["why_linked"] == "Linked because ana@santos.test writes here."


def test_it_says_whose_an_address_is(world: World) -> None:
    with world.opened():
        make.person("Bo Fjord", "ana@santos.test")
    answer = world.browser(world.alice).post("/acme/people/new/", FORM)
    assert answer.status_code == 422
    assert "ana@santos.test belongs to Bo Fjord." in answer.text
    with world.opened():
        assert Person.objects.count() == 1


def test_it_names_an_address_that_is_none(world: World) -> None:
    answer = world.browser(world.alice).post("/acme/people/new/", FORM | {"addresses": "ana@"})
    assert answer.status_code == 422 and "“ana@” is not a full e-mail address." in answer.text


def test_it_changes_and_takes_out_a_person(world: World) -> None:
    with world.opened():
        row = make.person("Ana", "ana@santos.test")
        mail = make.message(make.mailbox(world.alice), sender="Ana <ana@santos.test>")
    alice = world.browser(world.alice)
    alice.post(f"/acme/people/{row.uid}/change/", FORM | {"addresses": "new@santos.test"})
    with world.opened():
        assert PersonEmail.objects.get().address == "new@santos.test"
    alice.post(f"/acme/people/{row.uid}/delete/")
    with world.opened():
        assert not Person.objects.exists()
    assert alice.get(f"/acme/inbox/t/{mail.thread.uid}/").context["person"] is None


def test_it_lists_by_name_without_accents_page_by_page(world: World) -> None:
    with world.opened():
        for number in range(52):
            make.person(f"Person {number:02}")
        make.person("Álvaro Reis", "alvaro@x.test")
    alice = world.browser(world.alice)
    page = alice.get("/acme/people/")
    names = [person.name for person, _address in page.context["rows"]]
    assert names[0] == "Álvaro Reis" and len(names) == 50
    rest = alice.get("/acme/people/", {"after": page.context["after"]})
    assert len(rest.context["rows"]) == 3 and rest.context["after"] == ""
    found = alice.get("/acme/people/?q=reis").context["rows"]
    assert [(person.name, address) for person, address in found] == [
        ("Álvaro Reis", "alvaro@x.test")
    ]


def test_it_shows_a_person_with_a_way_to_write(world: World) -> None:
    with world.opened():
        row = make.person("Ana", "ana@santos.test")
    text = world.browser(world.alice).get(f"/acme/people/{row.uid}/").text
    assert "/acme/inbox/compose/?to=ana%40santos.test" in text
    assert f"/acme/inbox/person/{row.uid}/" in text
