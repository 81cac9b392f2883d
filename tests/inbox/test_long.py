"""Conversations of hundreds of mails are opened as quickly as those of three."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from inbox.models import Mailbox, MailboxMember, Message, PendingChange, Thread
from inbox.queries import reading, window
from tests import make
from tests.inbox.post import PRIVATE, SHARED, deliver, mail, mailbox
from tests.world import World

HTMX = {"HX-Request": "true"}
ALICE = "Alice <alice@acme.test>"
OWEN = "Owen Castell <owen@brightmoor.test>"


@contextmanager
def counted() -> Iterator[list[int]]:
    """How many queries both roles ran inside the block."""
    number: list[int] = []
    with (
        CaptureQueriesContext(connections["default"]) as walled,
        CaptureQueriesContext(connections["system"]) as directory,
    ):
        yield number
    number.append(len(walled) + len(directory))


def letters(box: Mailbox, subject: str, count: int, *, is_read: bool = True) -> Thread:
    """Owen writes so many mails in one conversation."""
    mails = [
        mail(
            OWEN,
            ALICE,
            subject if number == 0 else f"Re: {subject}",
            f"Letter {number} about {subject}.",
            id=f"{number}@{subject}",
            **({"References": f"<0@{subject}>"} if number else {}),
        )
        for number in range(count)
    ]
    rows = deliver(box, *mails, origin="backfill")
    thread: Thread = rows[0].thread
    assert Message.objects.filter(thread=thread, mailbox=box).count() == count
    if is_read:
        Message.objects.filter(thread=thread).update(is_read=True)
    return thread


@pytest.fixture
def uids(world: World) -> tuple[UUID, UUID]:
    """A conversation of three mails and one of three hundred, in Alice's mailbox."""
    with world.opened():
        box = mailbox(world.alice, "alice@acme.test")
        short, long = letters(box, "short", 3), letters(box, "long", 300)
        owen = make.person("Owen Castell", "owen@brightmoor.test")
        for thread in (short, long):
            make.linked(thread, owen)
    return short.uid, long.uid


def test_it_asks_as_often_for_three_hundred_mails_as_for_three(
    world: World, uids: tuple[UUID, UUID]
) -> None:
    alice, api = world.browser(world.alice), world.api(world.alice)
    last = {}
    with world.opened():
        for uid in uids:
            last[uid] = Message.objects.filter(thread__uid=uid).latest("received_at").uid

    def ask(uid: UUID) -> dict[str, int]:
        asked: dict[str, Callable[[], Any]] = {
            "open": lambda: alice.get(f"/acme/inbox/t/{uid}/", headers=HTMX),
            "page": lambda: alice.get(f"/acme/inbox/t/{uid}/"),
            "messages": lambda: alice.get(f"/acme/inbox/t/{uid}/messages/", headers=HTMX),
            "dock": lambda: alice.get(f"/acme/inbox/t/{uid}/dock/", headers=HTMX),
            "message": lambda: alice.get(f"/acme/inbox/m/{last[uid]}/", headers=HTMX),
            "answer": lambda: alice.get(
                f"/acme/inbox/composer/?answers={last[uid]}&kind=reply", headers=HTMX
            ),
            "unread": lambda: alice.post("/acme/inbox/triage/", {"verb": "unread", "thread": uid}),
            "read": lambda: alice.post("/acme/inbox/triage/", {"verb": "read", "thread": uid}),
            "api": lambda: api.get(f"threads/{uid}/"),
            "api list": lambda: api.get("messages/", thread=str(uid), limit=3),
            "api change": lambda: api.patch(f"threads/{uid}/", {"done": True}),
        }
        numbers = {}
        for name, call in asked.items():
            with counted() as number:
                answer = call()
            assert answer.status_code == 200, name
            numbers[name] = number[0]
        return numbers

    # Once before, so that both have been done, read and unread alike
    for uid in uids:
        ask(uid)
    short, long = (ask(uid) for uid in uids)
    assert short == long
    # Six of them belong to every page: session, member and the transaction; two to linked records
    assert long["open"] <= 15 and long["dock"] <= 10 and long["message"] <= 9


@pytest.fixture
def long(world: World) -> UUID:
    """A conversation of a hundred and seventy mails that Alice has read."""
    with world.opened():
        return letters(mailbox(world.alice, "alice@acme.test"), "long", 170).uid


def test_it_reads_what_is_open_and_nothing_else(world: World, long: UUID) -> None:
    with world.opened():
        page = reading.thread(world.alice, long)
        assert (len(page.messages), page.earlier) == (51, 119)
        assert [bool(item.text) for item in page.messages] == [False] * 50 + [True]
        assert [bool(item.people) for item in page.messages] == [True] + [False] * 49 + [True]
        Message.objects.filter(thread__uid=long).update(is_read=False)
        page = reading.thread(world.alice, long)
        opened = [bool(item.text) for item in page.messages]
        assert opened == [False] * 41 + [True] * reading.OPEN


def test_it_walks_back_to_the_first_mail_page_by_page(world: World, long: UUID) -> None:
    alice = world.browser(world.alice)
    page = alice.get(f"/acme/inbox/t/{long}/", headers=HTMX)
    shown = page.context["conversation"]
    assert [shown.messages[0].snippet, shown.messages[-1].snippet] == [
        "Letter 0 about long.",
        "Letter 169 about long.",
    ]
    assert (shown.more.count, shown.earlier_count) == (119, 167)
    assert "167 earlier messages" in page.text and "Show 119 earlier messages" in page.text
    found = [message.uid for message in shown.messages[1:]]
    more, sizes = shown.more, []
    while more:
        part = alice.get(f"/acme/inbox/t/{long}/earlier/?before={more.before}", headers=HTMX)
        rows = part.context["messages"]
        sizes.append(len(rows))
        found = [row.uid for row in rows] + found
        more = part.context["more"]
        assert not more or more.before == rows[0].uid
    assert sizes == [100, 19]
    with world.opened():
        rows = Message.objects.filter(thread__uid=long).order_by("received_at")
        assert [row.uid for row in rows] == [shown.messages[0].uid, *found]
    part = alice.get(f"/acme/inbox/m/{found[0]}/", headers=HTMX)
    assert "Letter 1 about long." in part.text


def test_it_keeps_what_is_shown_while_mail_comes_in(world: World, long: UUID) -> None:
    alice = world.browser(world.alice)
    page = alice.get(f"/acme/inbox/t/{long}/", headers=HTMX)
    shown = page.context["conversation"]
    address = f"/acme/inbox/t/{long}/messages/?since={shown.since}"
    assert address in page.text
    with world.opened():
        box = Mailbox.objects.get()
        deliver(box, mail(OWEN, ALICE, "Re: long", "News.", id="new@x", References="<0@long>"))
        Message.objects.filter(rfc_id="new@x").update(
            received_at=Message.objects.latest("received_at").received_at
        )
    later = alice.get(address, headers=HTMX).context["conversation"]
    before = [message.uid for message in shown.messages]
    assert [message.uid for message in later.messages][:-1] == before
    assert later.messages[-1].snippet == "News."
    assert later.more.count == 119


def test_f51_it_shows_a_mail_of_two_mailboxes_once(world: World) -> None:
    with world.opened():
        mine = mailbox(world.alice, "alice@acme.test")
        team = mailbox(None, "sales@acme.test", kind="team", visibility="team")
        MailboxMember.objects.create(mailbox=team, member=world.alice)
        uid = letters(mine, "both", 60).uid
        letters(team, "both", 60)
        page = reading.thread(world.alice, uid)
        seen = page.found.seen
    assert (len(page.messages), page.earlier) == (51, 9)
    with world.opened():
        rest = window.earlier(seen, page.messages[1].message.uid)
    ids = [row.rfc_id for row in rest.messages]
    ids += [item.message.rfc_id for item in page.messages[1:]]
    assert ids == [f"{number}@both" for number in range(1, 60)]


def test_it_shows_bob_and_charlie_no_earlier_mail(world: World, long: UUID) -> None:
    with world.opened():
        first, second, *_rest = Message.objects.filter(thread__uid=long).order_by("received_at")
        mine = Mailbox.objects.get()
        [other] = deliver(mine, mail(OWEN, ALICE, "Other", id="o@x"))
        his = mailbox(world.bob, "bob@acme.test")
        deliver(his, mail(OWEN, "bob@acme.test", "Re: long", id="b@x", References="<0@long>"))
    address = f"/acme/inbox/t/{long}/earlier/?before="
    alice, bob = world.browser(world.alice), world.browser(world.bob)
    charlie = world.browser(world.charlie)
    assert alice.get(f"{address}{second.uid}").status_code == 200
    assert bob.get(f"/acme/inbox/t/{long}/").status_code == 200
    for browser in (bob, charlie):
        assert browser.get(f"{address}{second.uid}").status_code == 404
        assert browser.get(f"/acme/inbox/m/{first.uid}/").status_code == 404
    assert alice.get(f"{address}{other.uid}").status_code == 404
    since = f"/acme/inbox/t/{long}/messages/?since={first.uid}"
    assert len(bob.get(since).context["conversation"].messages) == 1


def test_it_answers_the_last_own_mail_behind_many_of_a_colleague(world: World) -> None:
    """Alice's one mail lies far before what Bob shares with her."""
    with world.opened():
        hers = mailbox(world.alice, "alice@acme.test")
        his = mailbox(world.bob, "bob@acme.test", visibility=SHARED)
        [own] = deliver(hers, mail(OWEN, ALICE, "far", "To Alice.", id="a@x"), days=-30)
        for number in range(60):
            deliver(
                his,
                mail(OWEN, "bob@acme.test", "Re: far", id=f"{number}@far", References="<a@x>"),
                mail("bob@acme.test", OWEN, "Re: far", id=f"{number}@ours", References="<a@x>"),
                origin="backfill",
            )
        make.linked(own.thread, make.person("Owen Castell", "owen@brightmoor.test"))
        thread, before = own.thread, Message.objects.filter(rfc_id="0@far")
        assert before.get().thread_id == thread.pk
    page = world.browser(world.alice).get(f"/acme/inbox/t/{thread.uid}/", headers=HTMX)
    assert page.context["dock"].answers == own.uid
    assert page.context["dock"].name == "Owen Castell"
    assert page.context["conversation"].messages[0].uid == own.uid


def test_it_tells_the_server_of_each_mail_that_was_read(world: World) -> None:
    with world.opened():
        box = mailbox(world.alice, "alice@acme.test", mirror_read=True)
        uid = letters(box, "mirrored", 60, is_read=False).uid
    alice = world.browser(world.alice)
    for verb, waiting in (("read", 60), ("unread", 1)):
        assert alice.post("/acme/inbox/triage/", {"verb": verb, "thread": uid}).status_code == 200
        with world.opened():
            assert PendingChange.objects.filter(op=verb).count() == waiting
    with world.opened():
        unread = Message.objects.get(is_read=False)
        assert unread.snippet == "Letter 59 about mirrored."


def test_it_makes_a_person_of_somebody_far_back(world: World) -> None:
    with world.opened():
        box = mailbox(world.alice, "alice@acme.test", visibility=PRIVATE)
        [first] = deliver(
            box,
            mail("Ana Reis <ana@reis.test>", ALICE, "crowd", id="0@crowd", Cc="Owen <owen@b.test>"),
        )
        for number in range(1, 56):
            name = f"Guest {number} <guest{number}@b.test>"
            refs = {"References": "<0@crowd>"}
            deliver(box, mail(name, ALICE, "Re: crowd", id=f"{number}@crowd", **refs))
        uid = first.thread.uid
    alice = world.browser(world.alice)
    address = f"/acme/inbox/t/{uid}/person/"
    assert alice.post(address, {"address": "nobody@b.test"}, headers=HTMX).status_code == 404
    made = alice.post(address, {"address": "guest3@b.test"}, headers=HTMX)
    assert made.status_code == 200 and "Guest 3" in made.text
