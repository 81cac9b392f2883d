"""One box finds records, activities, notes and mail, for whoever may see them."""

from django.db import connections
from django.test.utils import CaptureQueriesContext

from crm.fields.models import Visibility
from crm.timeline.actions import notes
from tests import make
from tests.world import NOW, World


def _fill(world: World) -> None:
    with world.opened():
        deal = make.deal(make.pipeline()[0], "Refrigerated vans", owner=world.alice)
        secret = make.deal(
            make.pipeline("Other")[0], "Secret vans", owner=world.alice, visibility=Visibility.OWNER
        )
        make.person("João Conceição", "joao@northwind.test", owner=world.alice)
        make.activity("Show the vans", deal, assignee=world.alice, updated_at=NOW)
        make.activity("Price of secret vans", secret, assignee=world.alice, updated_at=NOW)
        notes.write_note(html="They want two vans", about=[deal], by=world.alice, at=NOW)
        notes.write_note(html="Secret: vans", about=[secret], by=world.alice, at=NOW)
        box = make.mailbox(world.alice)
        make.message(box, subject="About the vans")


def test_it_finds_everything_in_the_palette(world: World) -> None:
    _fill(world)
    page = world.browser(world.alice).get("/acme/inbox/palette/?q=vans").text
    for words in ("Refrigerated vans", "Show the vans", "They want two vans", "About the vans"):
        assert words in page
    assert "Secret vans" in page
    assert "?tab=notes" in page
    mistyped = world.browser(world.alice).get("/acme/inbox/palette/?q=refridgerated").text
    assert "Refrigerated vans" in mistyped
    plain = world.browser(world.alice).get("/acme/inbox/palette/?q=conceicao").text
    assert "João Conceição" in plain and "joao@northwind.test" in plain


def test_it_finds_only_what_one_may_see(world: World) -> None:
    _fill(world)
    page = world.browser(world.bob).get("/acme/inbox/palette/?q=vans").text
    assert "Refrigerated vans" in page and "They want two vans" in page
    assert "ecret" not in page and "About the vans" not in page
    stranger = world.api(world.charlie).get("search/", q="vans").json()
    assert stranger == {"results": []}


def test_it_shows_the_mail_of_a_record(world: World) -> None:
    with world.opened():
        firm = make.organization("Northwind", owner=world.alice)
        person = make.person("Dana Whitfield", "dana@northwind.test", organization=firm)
        deal = make.deal(make.pipeline()[0], person=person, owner=world.alice)
        lone = make.deal(make.pipeline("Other")[0], "Alone", owner=world.alice)
        mail = make.message(make.mailbox(world.alice), subject="About the vans")
        for record in (firm, person, deal):
            make.linked(mail.thread, record)
    alice, bob = world.browser(world.alice), world.browser(world.bob)
    for path in (f"person/{person.uid}", f"organization/{firm.uid}", f"deal/{deal.uid}"):
        assert "About the vans" in alice.get(f"/acme/inbox/of/{path}/").text, path
        assert "About the vans" not in bob.get(f"/acme/inbox/of/{path}/").text, path
        assert world.browser(world.charlie).get(f"/globex/inbox/of/{path}/").status_code == 404
    assert "No conversation" in alice.get(f"/acme/inbox/of/deal/{lone.uid}/").text


def test_it_answers_programs_within_their_scopes(world: World) -> None:
    _fill(world)
    found = world.api(world.alice).get("search/", q="vans").json()["results"]
    assert {hit["kind"] for hit in found} == {"deal", "activity", "note", "thread"}
    about = next(hit for hit in found if hit["kind"] == "note")
    assert about["about_kind"] == "deal" and about["about"]
    narrow = world.api(world.alice, scopes=("people:read",)).get("search/", q="vans").json()
    assert narrow == {"results": []}
    assert world.api(world.alice).get("search/").json() == {"results": []}
    assert world.api(world.alice).get("search/", limit="99").status_code == 400


def test_it_asks_as_often_whatever_there_is(world: World) -> None:
    _fill(world)
    bob = world.browser(world.bob)

    def asked(typed: str) -> int:
        with CaptureQueriesContext(connections["default"]) as seen:
            assert bob.get("/acme/inbox/palette/", {"q": typed}).status_code == 200
        return len(seen)

    typed = ("vans", "vanns", "zebra crossing")
    for words in typed:
        bob.get("/acme/inbox/palette/", {"q": words})
    few = [asked(words) for words in typed]
    with world.opened():
        stage = make.pipeline("Third")[0]
        for number in range(30):
            deal = make.deal(stage, f"Two vans {number}", owner=world.alice)
            make.activity(f"Show two vans {number}", deal, assignee=world.alice)
            notes.write_note(html=f"Two vans {number}", about=[deal], by=world.alice, at=NOW)
    assert [asked(words) for words in typed] == few
    assert max(few) <= 16


def test_it_lets_nobody_see_through_what_was_asked_before(world: World) -> None:
    _fill(world)
    alice, bob = world.browser(world.alice), world.browser(world.bob)
    for _turn in range(2):
        assert "Secret: vans" in alice.get("/acme/inbox/palette/?q=secret").text
        assert "ecret" not in bob.get("/acme/inbox/palette/?q=vans").text
        mistyped = bob.get("/acme/inbox/palette/?q=secrett").text
        assert "Secret" not in mistyped
