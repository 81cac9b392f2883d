"""Alice links a conversation by hand, takes it back, is asked, and finds what was there before."""

import base64
import json
from typing import Any

import pytest
from django.utils import timezone

from crm.deals.models import Deal
from crm.ui import live
from inbox import tasks
from inbox.models import MailboxThread, ThreadLink
from tests import make
from tests.inbox.post import START, deliver, mail, mailbox
from tests.world import World

HTMX = {"HX-Request": "true"}
ALICE, ANA = "alice@acme.test", "Ana <ana@santos.test>"


def cards(answer: Any) -> dict[str, str]:
    return {card.record.name: card.reason for card in answer.context["works"]}


def test_it_links_unlinks_and_undoes_both(world: World) -> None:
    with world.opened():
        deal = make.deal(make.pipeline()[0], "Fourteen depots")
        row = make.message(make.mailbox(world.alice))
        other = make.message(row.mailbox, within=row.thread, subject="Re: Price list")
        team = make.team_mailbox(world.alice, world.bob)
        make.message(team, within=row.thread)
    alice, bob = world.browser(world.alice), world.browser(world.bob)
    path, about = f"/acme/inbox/t/{row.thread.uid}/links/", f"deal:{deal.uid}"
    linked = alice.post(path, {"do": "link", "about": about})
    assert cards(linked) == {"Fourteen depots": "You chose it."}
    facts = f"/acme/inbox/t/{row.thread.uid}/facts/"
    assert cards(bob.get(facts)) == {"Fourteen depots": "Alice Moreira chose it."}
    undo = f"{path}?do=unlink&about={about}"
    assert cards(bob.post(undo)) == {}
    assert cards(alice.post(f"{path}?do=restore&about={about}")) == {
        "Fourteen depots": "You chose it."
    }
    alice.post(undo)
    single = alice.post(path, {"do": "link", "about": about, "message": str(other.uid)})
    (card,) = single.context["works"]
    assert card.messages == 1 and "Only 1 message." in single.text
    mails = alice.get(f"/acme/history/deal/{deal.uid}/?show=mail").text
    assert mails.count("/acme/inbox/t/") == 1
    assert alice.get(path, {"find": "depots"}).text.count("Fourteen depots") == 1
    stranger = world.browser(world.charlie)
    assert stranger.post(path, {"do": "link", "about": about}).status_code == 404


def test_it_lets_readers_of_a_share_read_and_not_link(world: World) -> None:
    with world.opened():
        dana = make.person("Dana", "dana@northwind.test")
        row = make.message(make.mailbox(world.alice), visibility="shared")
        make.linked(row.thread, dana)
    path = f"/acme/inbox/t/{row.thread.uid}/links/"
    bob = world.browser(world.bob)
    assert bob.get(f"/acme/inbox/t/{row.thread.uid}/facts/").context["may_link"] is False
    for do in ("link", "unlink"):
        said = {"do": do, "about": f"person:{dana.uid}"}
        assert bob.post(path, said).status_code == 403
    with world.opened():
        assert ThreadLink.objects.get().undone_at is None


def test_it_asks_which_deal_is_meant(world: World) -> None:
    with world.opened():
        ana = make.person("Ana", "ana@santos.test")
        stage = make.pipeline()[0]
        first = make.deal(stage, "Vans", person=ana, created_at=START)
        make.deal(stage, "Loggers", person=ana, created_at=START)
        box = mailbox(world.alice, ALICE)
        [row, later] = deliver(
            box, mail(ANA, ALICE, "Pilot", id="1@x"), mail(ANA, ALICE, "Prices", id="2@x")
        )
        one, two = row.thread.uid, later.thread.uid
    alice = world.browser(world.alice)
    page = alice.get(f"/acme/inbox/t/{one}/")
    assert page.context["is_asked"] and "What is it about?" in page.text
    assert {record.name for record in page.context["open_ones"]} == {"Vans", "Loggers"}
    path = f"/acme/inbox/t/{one}/links/"
    answered = alice.post(path, {"do": "link", "about": f"deal:{first.uid}"})
    assert not answered.context["is_asked"] and list(cards(answered)) == ["Vans"]
    assert [record.name for record in answered.context["open_ones"]] == ["Loggers"]
    path = f"/acme/inbox/t/{two}/links/"
    none = alice.post(path, {"do": "none"})
    assert none.context["open_ones"] == [] and "none of them" in none.headers["HX-Trigger"]
    with world.opened():
        at = ThreadLink.objects.filter(thread=later.thread, undone_at__isnull=False)[0].created_at
    assert alice.post(f"{path}?do=ask&at=2026-13-45T10:00:00Z").status_code == 404
    again = alice.post(f"{path}?do=ask&at={at.isoformat()}")
    assert again.context["is_asked"]


def test_it_offers_what_was_there_before(world: World) -> None:
    """A deal begun after four conversations with Ana: they are offered, attached and taken back."""
    with world.opened():
        ana = make.person("Ana", "ana@santos.test")
        box = mailbox(world.alice, ALICE)
        deliver(box, *(mail(ANA, ALICE, f"S{n}", id=f"{n}@x") for n in range(4)))
        deal = make.deal(make.pipeline()[0], person=ana)
        MailboxThread.objects.filter(subject="S3").update(place="trash")
    alice, bob = world.browser(world.alice), world.browser(world.bob)
    tab = f"/acme/inbox/of/deal/{deal.uid}/"
    assert "3 earlier conversations with ana@santos.test" in alice.get(tab, headers=HTMX).text
    assert bob.get(tab, headers=HTMX).context["earlier_count"] == 0
    answer = alice.post(f"{tab}earlier/")
    assert "3 conversations attached" in answer.headers["HX-Trigger"]
    shown = alice.get(tab, headers=HTMX).context
    assert len(shown["rows"]) == 3 and shown["earlier_count"] == 0
    assert {row.reason for row in shown["rows"]} == {"You chose it."}
    with world.opened():
        at = ThreadLink.objects.filter(kind="deal")[0].created_at
    for wrong in ("2026-13-45T10:00:00Z", "2026-11-22T10:00:00", "x"):
        assert alice.post(f"{tab}earlier/?not={wrong}").status_code == 404
    alice.post(f"{tab}earlier/?not={at.isoformat()}")
    shown = alice.get(tab, headers=HTMX).context
    assert shown["rows"] == [] and shown["earlier_count"] == 3


def test_it_offers_at_once_on_the_page_of_a_new_record(world: World) -> None:
    with world.opened():
        stage = make.pipeline()[0]
        fresh, old = make.deal(stage), make.deal(stage)
        for deal, at in ((fresh, timezone.now()), (old, START)):
            Deal.objects.filter(pk=deal.pk).update(created_at=at)
    alice = world.browser(world.alice)
    for deal, is_offered in ((fresh, True), (old, False)):
        page = alice.get(f"/acme/deals/{deal.uid}/").text
        assert (f"/acme/inbox/of/deal/{deal.uid}/?offer=1" in page) is is_offered
        tab = alice.get(f"/acme/deals/{deal.uid}/?tab=mail").text
        assert "?offer=1" not in tab


def test_it_offers_later_where_there_is_much_mail(world: World) -> None:
    """A page of conversations is shown at once; those from before are asked for by the page."""
    with world.opened():
        ana = make.person("Ana", "ana@santos.test")
        box = mailbox(world.alice, ALICE)
        deliver(box, *(mail(ANA, ALICE, f"S{n}", id=f"{n}@x") for n in range(22)))
        deal = make.deal(make.pipeline()[0], person=ana)
    alice, bob = world.browser(world.alice), world.browser(world.bob)
    tab = f"/acme/inbox/of/deal/{deal.uid}/"
    alice.post(f"{tab}earlier/")
    with world.opened():
        deliver(box, mail(ANA, ALICE, "Late", id="late@x"))
        ThreadLink.objects.filter(thread__subject="Late", kind="deal").delete()
    shown = alice.get(tab, headers=HTMX)
    assert f"{tab}?offer=1" in shown.text and "earlier_count" not in shown.context
    offer = f"{tab}?offer=1"
    assert "1 earlier conversation with ana@santos.test" in alice.get(offer, headers=HTMX).text
    assert "earlier" not in bob.get(offer, headers=HTMX).text
    assert world.browser(world.charlie).get(offer, headers=HTMX).status_code == 404


def test_it_says_with_whom_it_was_where_addresses_are_several(world: World) -> None:
    with world.opened():
        ana = make.person("Ana Santos", "ana@santos.test", "ana@home.test")
        box = mailbox(world.alice, ALICE)
        home = "Ana <ana@home.test>"
        deliver(box, mail(ANA, ALICE, "One", id="1@x"), mail(home, ALICE, "Two", id="2@x"))
        deal = make.deal(make.pipeline()[0], person=ana)
    alice = world.browser(world.alice)
    tab = f"/acme/inbox/of/deal/{deal.uid}/"
    page = alice.get(tab, headers=HTMX).text
    assert "2 earlier conversations with Ana Santos" in page and "may read" not in page
    with world.opened():
        type(ana).objects.filter(pk=ana.pk).update(visibility="owner", owner=world.bob)
        type(world.alice).objects.using("system").filter(pk=world.alice.pk).update(role="member")
    page = alice.get(tab, headers=HTMX).text
    assert "Ana Santos" not in page and "2 earlier conversations<" in page


def test_it_leaves_many_conversations_to_a_worker(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More than are linked while somebody waits are rung for, and linked once however often."""
    monkeypatch.setattr(tasks, "AT_ONCE", 1)
    with world.opened():
        ana = make.person("Ana", "ana@santos.test")
        box = mailbox(world.alice, ALICE)
        deliver(box, *(mail(ANA, ALICE, f"S{n}", id=f"{n}@x") for n in range(3)))
        deal = make.deal(make.pipeline()[0], person=ana)
    live.client().delete(tasks.QUEUE)
    tab = f"/acme/inbox/of/deal/{deal.uid}/"
    answer = world.browser(world.alice).post(f"{tab}earlier/")
    assert "They are being attached" in answer.headers["HX-Trigger"]
    [rung] = live.client().lrange(tasks.QUEUE, 0, -1)
    [_args, given, _rest] = json.loads(base64.b64decode(json.loads(rung)["body"]))
    with world.opened():
        assert not ThreadLink.objects.filter(kind="deal").exists()
    for _turn in range(2):
        tasks.attach(**given)
    with world.opened():
        links = ThreadLink.objects.filter(kind="deal", object_id=deal.pk)
        assert [link.by_id for link in links] == [world.alice.pk] * 3


def test_it_finds_the_earlier_mail_of_a_new_address_and_of_a_domain(world: World) -> None:
    with world.opened():
        dana = make.person("Dana", "dana@northwind.test")
        box = mailbox(world.alice, ALICE)
        first = mail("Dana <dana@northwind.test>", ALICE, "Known", id="1@x")
        answer = mail("D <d@private.test>", ALICE, "Re: Known", id="2@x", References="<1@x>")
        [row, _answer] = deliver(box, first, answer)
        deliver(box, mail("D <d@private.test>", ALICE, "From home", id="3@x"))
        uid = row.thread.uid
    alice = world.browser(world.alice)
    page = alice.get(f"/acme/inbox/t/{uid}/")
    assert page.context["strangers"] == ["d@private.test"]
    path = f"/acme/inbox/t/{uid}/person/"
    given = alice.post(path, {"address": "d@private.test", "person": str(dana.uid)})
    assert given.status_code == 200 and given.context["strangers"] == []
    tab = alice.get(f"/acme/inbox/of/person/{dana.uid}/", headers=HTMX).context
    assert {each.subject for each in tab["rows"]} == {"Known", "From home"}
    said = {"name": "Northwind", "domains": ["northwind.test"]}
    made = world.api(world.alice).post("organizations/", said).json()
    shown = alice.get(f"/acme/inbox/of/organization/{made['id']}/", headers=HTMX).context
    assert [(each.subject, each.reason) for each in shown["rows"]] == [
        ("Known", "dana@northwind.test writes from its domain.")
    ]
