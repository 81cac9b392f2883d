"""What a mail told stands on it, in honest words, for those who may read the conversation."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm.ui import live
from inbox.models import Folder, Mailbox, MailboxThread, Message
from tests import make
from tests.inbox.post import deliver
from tests.inbox.post import mail as post
from tests.tracking import sent
from tests.world import NOW, World
from tracking.models import Hit

LINE = re.compile(r'<p class="tracked"[^>]*>(.*?)</p>', re.S)


@pytest.fixture
def mail(world: World) -> sent.Sent:
    with world.opened():
        return sent.send(make.mailbox(world.alice), world.alice)


def words(browser: Client, mail: sent.Sent) -> str:
    """The line as it is read aloud."""
    return line(browser.get(f"/acme/inbox/t/{mail.message.thread.uid}/").text)


def line(page: str) -> str:
    found = LINE.search(page)
    return " ".join(re.sub(r"<[^>]*>", " ", found[1]).split()) if found else ""


def test_it_says_what_is_known_and_no_more(world: World, mail: sent.Sent) -> None:
    alice = world.browser(world.alice)
    assert words(alice, mail) == "Not opened so far No link clicked so far"
    sent.ask(mail.pixel, agent="curl/8")
    assert words(alice, mail).startswith("A machine looked at it")
    sent.ask(mail.pixel, agent=sent.GOOGLE)
    assert "A mail service fetched it" in words(alice, mail)
    assert "perhaps nobody read it" in words(alice, mail)
    alice.get(mail.pixel, headers={"User-Agent": sent.PERSON})
    assert "Opened" not in words(alice, mail)
    sent.ask(mail.pixel)
    assert words(alice, mail).startswith("Opened once, ")
    sent.ask(mail.pixel)
    sent.ask(mail.links[0])
    said = words(alice, mail)
    assert said.startswith("Opened 2 times, last ") and "Link clicked once, " in said
    world.alice.user.language = "pt-br"
    world.alice.user.save()
    assert words(alice, mail).startswith("Aberta 2 vezes, a última ")


def test_whoever_clicks_or_answers_has_opened_it(world: World, mail: sent.Sent) -> None:
    alice, path = world.browser(world.alice), f"messages/{mail.message.uid}/tracking/"

    def said(of: sent.Sent) -> str:
        return line(alice.get(f"/acme/inbox/m/{of.message.uid}/tracked/").text)

    with world.opened():
        box = Mailbox.objects.get()
        Folder.objects.create(mailbox=box, name="INBOX", role="inbox", generation=1)
        dana, rfc_id = mail.outgoing.recipients[0], f"<{mail.outgoing.rfc_id}>"

    def answers(sender: str, **headers: str) -> None:
        with world.opened():
            (row,) = deliver(box, post(sender, box.address, "Re: Offer", **headers), days=60)
            assert row.thread_id == mail.message.thread_id

    answers("eve@elsewhere.test", In_Reply_To=rfc_id, id="1@x")
    answers(dana, In_Reply_To=rfc_id, id="2@x", Auto_Submitted="auto-replied")
    assert said(mail).startswith("Not opened so far")
    sent.ask(mail.links[0], agent="curl/8")
    sent.ask(mail.pixel, agent=sent.GOOGLE)
    assert said(mail).startswith("A mail service fetched it")
    answers(dana, In_Reply_To=rfc_id, id="3@x")
    assert said(mail).startswith("Opened: it was answered")
    sent.later(world, timedelta(minutes=5))
    sent.ask(mail.links[0])
    assert said(mail).startswith("Opened: a link was clicked")
    [opens, clicks] = world.api(world.alice).get(path).json()["told"]
    assert (opens["who"], opens["known_by"], opens["last_at"]) == (
        "human",
        "click",
        clicks["last_at"],
    )
    sent.ask(mail.pixel)
    assert said(mail).startswith("Opened once, ")
    with world.opened():
        half = sent.send(box, world.alice, opens=False, at=NOW + timedelta(hours=1))
    sent.ask(half.links[0])
    assert said(half).startswith("Link clicked once")


def test_it_says_nothing_of_mail_that_was_not_tracked(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        mail = sent.send(box, world.alice, opens=False, clicks=False)
        half = sent.send(box, world.alice, clicks=False)
    alice = world.browser(world.alice)
    assert words(alice, mail) == ""
    assert words(alice, half) == "Not opened so far"


def test_it_is_told_to_those_who_may_read_the_conversation(world: World, mail: sent.Sent) -> None:
    sent.ask(mail.pixel)
    path = f"messages/{mail.message.uid}/tracking/"
    [opens, clicks] = world.api(world.alice).get(path).json()["told"]
    assert (opens["kind"], opens["who"], opens["count"]) == ("open", "human", 1)
    assert (clicks["kind"], clicks["who"], clicks["last_at"]) == ("click", None, None)
    assert world.api(world.alice).get(f"messages/{mail.message.uid}/").json()["tracked"] is True
    for stranger in (world.bob, world.charlie):
        assert world.api(stranger).get(path).status_code == 404
    part = f"/acme/inbox/m/{mail.message.uid}/tracked/"
    assert world.browser(world.bob).get(part).status_code == 404
    with world.opened():
        dana = make.person("Dana", "dana@northwind.test")
        make.linked(mail.message.thread, dana)
        MailboxThread.objects.update(visibility="shared")
    assert "Opened once, " in world.browser(world.alice).get(part).text
    assert world.browser(world.charlie).get(part).status_code == 404
    assert words(world.browser(world.bob), mail).startswith("Opened once, ")
    assert world.api(world.bob).get(path).status_code == 200
    assert world.api(world.charlie).get(path).status_code == 404


def test_it_tells_open_pages_of_those_who_may_read_it(
    world: World, mail: sent.Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = list[tuple[set[int], str]]()

    def note(*, members: Any, topic: str, **_rest: Any) -> None:
        told.append((set(members), topic))

    monkeypatch.setattr(live, "publish", note)
    sent.ask(mail.pixel)
    assert told == [({world.alice.pk}, f"tracking:{mail.message.uid}")]


def test_it_costs_one_query_however_much_was_told(world: World, mail: sent.Sent) -> None:
    alice = world.browser(world.alice)

    def asked() -> int:
        alice.get(f"/acme/inbox/t/{mail.message.thread.uid}/")
        with CaptureQueriesContext(connections["default"]) as captured:
            alice.get(f"/acme/inbox/t/{mail.message.thread.uid}/")
        return len(captured)

    with world.opened():
        for number in range(20):
            trace = mail.outgoing.traces.get(position=number % 4)
            at = timezone.now() - timedelta(minutes=number)
            Hit.objects.create(trace=trace, at=at, who="human")
    many = asked()
    with world.opened():
        Message.objects.update(is_tracked=False)
    assert many == asked() + 1
