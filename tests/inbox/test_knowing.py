"""Mail makes people where its mailbox is set so, says why, and writes to records by themselves."""

from typing import Any

from django.test import Client

from crm.contacts.models import Person
from inbox.actions import receive
from inbox.mime import parse
from inbox.models import Draft, Message, Outgoing, ThreadLink
from inbox.queries import blobs
from tests import make
from tests.inbox.post import START, deliver, mail, mailbox
from tests.world import World

ALICE = "alice@acme.test"


def names() -> set[str]:
    return set(Person.objects.values_list("name", flat=True))


def test_it_makes_people_of_whom_one_writes_to_and_says_why(world: World) -> None:
    """Not of those who write, of colleagues, shared addresses, circulars, or twice."""
    with world.opened():
        box = mailbox(world.alice, ALICE, makes_people="sent")
        deliver(box, mail("Ana <ana@santos.test>", ALICE, "Hello", id="1@x"))
        assert names() == set()
        to = "Rui Dias <rui@santos.test>, sales@santos.test, bob@acme.test"
        [row] = deliver(box, mail(ALICE, to, "Offer", id="2@x"), role="sent")
        assert names() == {"Rui Dias"}
        assert set(ThreadLink.objects.values_list("thread", "rule")) == {(row.thread_id, "address")}
        deliver(box, mail(ALICE, "rui@santos.test", "Again", id="3@x"), role="sent")
        many = ", ".join(f"p{number}@santos.test" for number in range(11))
        deliver(box, mail(ALICE, many, "Season's greetings", id="4@x"), role="sent")
        rui = Person.objects.get()
        assert rui.owner_id == world.alice.pk
    page = world.browser(world.bob).get(f"/acme/history/person/{rui.uid}/").text
    assert "Because alice@acme.test wrote to rui@santos.test." in page
    with world.opened():
        rui.trashed_at = START
        rui.save()
        rui.follow_trash()
        deliver(box, mail(ALICE, "rui@santos.test", "Once more", id="5@x"), role="sent")
        assert names() == {"Rui Dias"}


def test_it_makes_people_of_who_writes_where_that_is_wanted(world: World) -> None:
    with world.opened():
        box = mailbox(world.alice, ALICE, makes_people="both")
        [first, *_rest] = deliver(
            box,
            mail("Ana <ana@santos.test>", ALICE, "Hello", id="1@x"),
            mail("News <eva@shop.test>", ALICE, "Sale", id="2@x", List_Unsubscribe="<mailto:u@x>"),
            mail("no-reply@shop.test", ALICE, "Your order", id="3@x"),
            mail("Leo <leo@santos.test>", ALICE, "Away", id="4@x", Auto_Submitted="auto-replied"),
        )
        assert names() == {"Ana"}
        # From another address into Ana's thread: offered to her, and nobody new
        deliver(box, mail("Ana <ana@home.test>", ALICE, "Re: Hello", id="5@x", References="<1@x>"))
        assert names() == {"Ana"}
        uid = first.thread.uid
    facts = world.browser(world.alice).get(f"/acme/inbox/t/{uid}/facts/").text
    assert "ana@home.test writes here as well" in facts


def test_it_offers_no_person_for_an_automatic_address(world: World) -> None:
    with world.opened():
        box = mailbox(world.alice, ALICE)
        [row] = deliver(box, mail("no-reply-17@shop.test", ALICE, "Your order", id="1@x"))
        uid = row.thread.uid
    facts = world.browser(world.alice).get(f"/acme/inbox/t/{uid}/facts/").text
    assert "Create person all the same" in facts and "Not among your people yet" not in facts


def test_it_takes_the_domains_that_the_workspace_names(world: World) -> None:
    with world.opened():
        make.organization("Acme Brasil", domains=["acme.test.br"])
        box = mailbox(world.alice, ALICE)
        deliver(box, mail("Caio <caio@acme.test.br>", ALICE, "Plan", id="1@x"))
        assert ThreadLink.objects.count() == 1
    alice = world.browser(world.alice)
    wrong = alice.post("/acme/settings/workspace/", {"name": "Acme", "domains": "acme"})
    assert wrong.status_code == 422 and "“acme” is not a domain" in wrong.text
    said = {"name": "Acme", "domains": "acme.test, @ACME.test.br"}
    assert alice.post("/acme/settings/workspace/", said).status_code == 302
    assert world.browser(world.bob).post("/acme/settings/workspace/", said).status_code == 403
    with world.opened():
        deliver(box, mail("Lia <lia@acme.test.br>", ALICE, "Costs", id="2@x"))
        assert ThreadLink.objects.count() == 1
    api = world.api(world.alice)
    assert api.get("workspace/").json()["own_domains"] == ["acme.test", "acme.test.br"]
    assert api.patch("workspace/", {"own_domains": None}).json()["own_domains"] is None
    assert api.patch("workspace/", {"own_domains": ["a b"]}).status_code == 400


def sent(draft: Draft, by: Any) -> int:
    """The draft's mail has left; returns its thread."""
    item = Outgoing.objects.get(draft=draft)
    parsed = parse.parse(blobs.data(item.blob_id))
    message = receive.store_sent(outgoing=item, parsed=parsed, at=START)
    return int(Message.objects.get(pk=message).thread_id)


def saved(browser: Client, page: Any, **more: Any) -> Draft:
    """Save what the composer of a page holds, and hand it to the outbox."""
    composer = page.context["composer"]
    said = {"version": 0, "kind": "new", "mailbox": composer.mailbox_uid, "abouts": 1}
    said |= {"to": composer.to, "subject": "Our offer", "html": "<p>Hello</p>"} | more
    assert browser.post(f"/acme/inbox/drafts/{composer.uid}/", said).status_code == 200
    assert "undo_url" in browser.post(f"/acme/inbox/drafts/{composer.uid}/send/").json()
    return Draft.objects.get(uid=composer.uid)


def test_it_links_what_is_written_from_a_record(world: World) -> None:
    """Whoever it goes to; unticked in the composer it does not."""
    with world.opened():
        mailbox(world.alice, ALICE)
        dana = make.person("Dana Whitfield", "dana@northwind.test")
        deal = make.deal(make.pipeline()[0], "Fourteen depots", person=dana)
        make.deal(make.pipeline()[0], "Another of hers", person=dana)
    alice = world.browser(world.alice)
    about = f"deal:{deal.uid}"
    tab = alice.get(f"/acme/inbox/of/deal/{deal.uid}/", headers={"HX-Request": "true"}).text
    assert f"/acme/inbox/compose/?about={about.replace(':', '%3A')}" in tab
    page = alice.get("/acme/inbox/compose/", {"about": about})
    assert page.context["composer"].to == '"Dana Whitfield" <dana@northwind.test>'
    assert "Fourteen depots" in page.text
    with world.opened():
        draft = saved(alice, page, about=about)
        thread = sent(draft, world.alice)
        kinds = dict(ThreadLink.objects.filter(thread=thread).values_list("kind", "source"))
        assert kinds == {"person": "auto", "deal": "manual"}
        other = saved(alice, alice.get("/acme/inbox/compose/", {"about": about}))
        thread = sent(other, world.alice)
        assert not ThreadLink.objects.filter(thread=thread, kind="deal").exists()
    stranger = world.browser(world.charlie)
    assert stranger.get("/globex/inbox/compose/", {"about": about}).status_code in (302, 404)


def test_it_links_what_a_program_writes(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        deal = make.deal(make.pipeline()[0], "Fourteen depots")
    api = world.api(world.alice)
    asked = {"mailbox": str(box.uid), "to": ["x@y.test"], "text": "Hi", "deals": [str(deal.uid)]}
    told = api.post("drafts/", asked).json()
    assert told["about"] == [{"kind": "deal", "id": str(deal.uid)}]
    changed = api.patch(f"drafts/{told['id']}/", {"subject": "Offer"}).json()
    assert changed["about"] == told["about"]
    assert api.patch(f"drafts/{told['id']}/", {"deals": []}).json()["about"] == []
