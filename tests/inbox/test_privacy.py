"""Alice's private mail is nowhere on Bob's screen, and Charlie's workspace is another world."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver

from crm.contacts.models import Person
from crm.workspaces import actions
from crm.workspaces.models import Role
from inbox.models import (
    Attachment,
    Draft,
    MailboxMember,
    MailboxThread,
    Message,
    Outgoing,
    Thread,
    Visibility,
)
from inbox.queries import blobs
from tests import make
from tests.inbox import post
from tests.unchanged import unchanged
from tests.world import NOW, World

SECRET = "Merger with Brightmoor"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def story(world: World) -> World:
    """Alice has a private conversation with a person everybody knows; Bob has his own mail."""
    with world.opened():
        dana = make.person("Dana Whitfield", "dana@northwind.test")
        files = [("secret.txt", "text/plain", b"secret")]
        box = make.mailbox(world.alice)
        row = make.message(box, subject=SECRET, text="zebra\n", files=files, html="<p>zebra</p>")
        make.linked(row.thread, dana)
        make.draft(box, world.alice, subject=SECRET)
        make.outgoing(box, world.alice, subject=SECRET, thread=row.thread)
        make.message(make.mailbox(world.bob), subject="Bob's own", sender="Bo <bo@fjord.test>")
    return world


def addresses(slug: str) -> Iterator[tuple[str, str]]:
    """Every address of the inbox and of people, filled with what Alice has."""
    uids: dict[str, Any] = {
        "t/": Thread.objects.get(messages__subject=SECRET).uid,
        "m/": Message.objects.get(subject=SECRET).uid,
        "file/": Attachment.objects.get().uid,
        "drafts/": Draft.objects.get().uid,
        "outbox/": Outgoing.objects.get().uid,
        "mailbox/": Message.objects.get(subject=SECRET).mailbox.uid,
    }
    nobody = UUID(int=0)
    for found in get_resolver("inbox.urls").url_patterns:
        assert isinstance(found, URLPattern)
        route = str(found.pattern)
        uid = next((uids[begin] for begin in uids if route.startswith(begin)), nobody)
        path = route.replace("<uuid:uid>", str(uid)).replace("<folder:folder>", "inbox")
        yield found.name or "", f"/{slug}/inbox/{path}"


def test_it_shows_bob_nothing_of_it(story: World) -> None:
    with story.opened():
        paths = list(addresses("acme"))
    bob = story.browser(story.bob)
    for name, path in paths:
        for answer in (bob.get(path), bob.get(path, headers=HTMX), bob.post(path)):
            assert answer.status_code < 500, name
            text = b"".join(answer).decode()
            assert SECRET not in text and "zebra" not in text, name


@pytest.mark.parametrize("query", ["q=merger", "q=zebra", "q=from:dana", "q=has:attachment"])
def test_it_finds_nothing_of_it_for_bob(story: World, query: str) -> None:
    bob, alice = story.browser(story.bob), story.browser(story.alice)
    assert bob.get(f"/acme/inbox/search/?{query}").context["rows"] == []
    assert len(alice.get(f"/acme/inbox/search/?{query}").context["rows"]) == 1


def test_it_counts_nothing_of_it_for_bob(story: World) -> None:
    side = story.browser(story.bob).get("/acme/inbox/side/", headers=HTMX).context["side"]
    numbers = {"inbox": 1, "drafts": 0, "outbox": 0, "stuck": 0, "spam": 0}
    assert side.counts == numbers and len(side.mailboxes) == 1


def test_it_does_not_show_it_with_the_person(story: World) -> None:
    with story.opened():
        uid = Person.objects.get().uid
    part = f"/acme/inbox/of/person/{uid}/"
    assert story.browser(story.bob).get(part, headers=HTMX).context["rows"] == []
    rows = story.browser(story.alice).get(part, headers=HTMX).context["rows"]
    assert [row.subject for row in rows] == [SECRET]


def test_it_shows_bob_his_own_copy_and_no_more(world: World) -> None:
    with world.opened():
        data = make.raw(subject="To both", to=["alice@acme.test", "bob@acme.test"])
        first = make.message(make.mailbox(world.alice), data=data)
        box = make.mailbox(world.bob)
        make.message(box, data=data, within=first.thread)
        private = make.message(first.mailbox, within=first.thread, text="Only for Alice.\n")
        uid = first.thread.uid
    page = world.browser(world.bob).get(f"/acme/inbox/t/{uid}/")
    assert len(page.context["conversation"].messages) == 1
    assert "Only for Alice" not in page.text
    assert [reader.name for reader in page.context["readers"]] == ["Bob Lindqvist"]
    path = f"/acme/inbox/m/{private.uid}/"
    assert world.browser(world.bob).get(path).status_code == 404
    row = world.browser(world.bob).get("/acme/inbox/inbox/").context["rows"][0]
    assert (row.message_count, row.unread_count) == (1, 1)


def every(browser: Client, path: str) -> Iterator[int]:
    for answer in (browser.get(path), browser.post(path), browser.delete(path)):
        yield answer.status_code


def test_it_is_not_there_for_charlie(story: World) -> None:
    with story.opened():
        paths = list(addresses("acme"))
        person = Person.objects.get().uid
    charlie = story.browser(story.charlie)
    people = ["", "new/", f"{person}/", f"{person}/change/", f"{person}/delete/"]
    for path in [p for _n, p in paths] + [f"/acme/people/{p}" for p in people] + ["/acme/events/"]:
        assert set(every(charlie, path)) == {404}, path


def test_it_is_not_there_under_charlies_own_address(story: World) -> None:
    with story.opened():
        paths = list(addresses("globex"))
        person = Person.objects.get().uid
    charlie = story.browser(story.charlie)
    for name, path in [*paths, ("person", f"/globex/people/{person}/")]:
        for answer in (charlie.get(path, follow=True), charlie.post(path)):
            assert answer.status_code < 500, name
            assert SECRET not in answer.text and "Dana" not in answer.text, name
    with story.opened():
        assert Message.objects.count() == 2 and Person.objects.count() == 1
        assert Draft.objects.get().discarded_at is None


def test_it_quotes_only_what_the_sender_may_still_read(world: World) -> None:
    """Bob begins an answer, and does not work there any more; Alice closes it before he sends."""
    with world.opened():
        hers = make.team_mailbox(world.alice, world.bob, visibility=Visibility.SHARED)
        his = make.mailbox(world.bob, "bob@acme.test")
        row = make.message(hers, text="The secret price is 400.\n")
        make.linked(row.thread, make.person("Dana Whitfield", "dana@northwind.test"))
        uid, box, thread = uuid4(), his.uid, row.thread.uid
    alice, bob = world.browser(world.alice), world.browser(world.bob)
    said = {"kind": "reply", "answers": str(row.uid), "mailbox": str(box), "quote": "1"}
    said |= {
        "to": "dana@northwind.test",
        "subject": "Re: Price list",
        "html": "<p>Hello</p>",
        "version": "0",
    }
    draft, send = f"/acme/inbox/drafts/{uid}/", f"/acme/inbox/drafts/{uid}/send/"
    said["version"] = bob.post(draft, said).json()["version"]
    with world.opened():
        MailboxMember.objects.filter(member=world.bob).delete()
    shared = bob.get("/acme/inbox/drafts/").context["drafts"][0].url
    assert shared == f"/acme/inbox/t/{thread}/?draft={uid}" and bob.get(shared).status_code == 200
    hide = {"visibility": "closed"}
    assert alice.post(f"/acme/inbox/t/{thread}/visibility/", hide).status_code == 200
    refused = bob.post(send, said)
    assert refused.status_code == 422
    [error] = refused.json()["errors"]
    assert error["field"] == "quote" and "no longer read" in error["message"]
    with world.opened():
        assert not Outgoing.objects.exists()
    kept = bob.get("/acme/inbox/drafts/").context["drafts"][0].url
    assert bob.get(shared).status_code == 404
    page = bob.get(kept)
    assert page.context["composer"].html == "<p>Hello</p>" and "secret price" not in page.text
    moved = bob.get(f"/acme/inbox/composer/?draft={uid}")
    assert (moved.status_code, moved.headers["Location"]) == (302, kept)
    del said["quote"]
    said["version"] = bob.post(draft, said).json()["version"]
    assert bob.post(send, said).status_code == 200
    with world.opened():
        assert b"secret" not in blobs.data(Outgoing.objects.get().blob_id)


def test_whoever_only_reads_it_answers_and_passes_on_nothing(world: World) -> None:
    with world.opened():
        hers = make.mailbox(world.alice, visibility=Visibility.SHARED)
        his = make.mailbox(world.bob, "bob@acme.test")
        row = make.message(hers, text="The secret price is 400.\n")
        make.linked(row.thread, make.person("Dana Whitfield", "dana@northwind.test"))
    bob, api = world.browser(world.bob), world.api(world.bob)
    assert api.get(f"messages/{row.uid}/").status_code == 200
    letter = {"mailbox": str(his.uid), "to": ["x@else.test"], "text": "See below."}
    with unchanged(world):
        for kind in ("reply", "reply_all", "forward"):
            said = {"kind": kind, "answers": str(row.uid), "mailbox": str(his.uid), "quote": "1"}
            saved = bob.post(f"/acme/inbox/drafts/{uuid4()}/", said | {"version": "0"})
            assert saved.status_code == 404, kind
        for path in ("drafts/", "outbox/"):
            answer = api.post(path, letter | {"in_reply_to": str(row.uid)})
            assert answer.status_code == 403, path


def test_it_stamps_privacy_by_the_workspace_of_the_mailbox(world: World) -> None:
    """Olive belongs to two workspaces; whichever she looks at, each mailbox has its own default."""
    with world.opened(world.globex):
        hers = actions.add_member(
            workspace=world.globex, user=world.alice.user, role=Role.MEMBER, at=NOW
        )
        there = post.mailbox(hers, "alice@globex.test", visibility="shared")
        make.person("Dana", "dana@northwind.test")
    with world.opened():
        here = post.mailbox(world.alice, "alice@acme.test", visibility="private")
        make.person("Dana", "dana@northwind.test")
    browser = world.browser(world.alice)
    assert browser.get("/globex/inbox/inbox/").status_code == 200
    letter = ("Dana <dana@northwind.test>", "alice@acme.test", "Plans")
    with world.opened():
        [row] = post.deliver(here, post.mail(*letter, id="1@n.test"))
        assert MailboxThread.objects.get(thread=row.thread_id).visibility == "private"
        uid = row.thread.uid
    with world.opened(world.globex):
        [other] = post.deliver(there, post.mail(*letter, id="1@n.test"))
        assert MailboxThread.objects.get(thread=other.thread_id).visibility == "shared"
        assert Message.objects.count() == Thread.objects.count() == 1
    assert world.browser(world.bob).get(f"/acme/inbox/t/{uid}/").status_code == 404
    for slug in ("acme", "globex"):
        assert world.browser(world.charlie).get(
            f"/{slug}/inbox/t/{uid}/"
        ).status_code == 404  # fmt: skip
