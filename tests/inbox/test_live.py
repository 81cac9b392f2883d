"""Open pages hear what changed, at once and only what their reader may know."""

import asyncio
import http.client
import json
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn
from django.conf import settings
from django.db import connections
from django.test import Client

from crm.ui import live, stream, views
from crm.workspaces.actions import add_member
from inbox.actions import triage
from tests import make
from tests.world import NOW, World


@pytest.fixture
def server(db: None) -> Iterator[int]:
    """Fio itself under uvicorn; its port."""
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        "crm.config.asgi:application", log_level="warning", timeout_graceful_shutdown=1
    )
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not running.started:
        assert thread.is_alive(), "it does not start"
        thread.join(0.05)
    yield listening.getsockname()[1]
    running.should_exit = True
    thread.join(10)
    assert not thread.is_alive()
    connections.close_all()


class Page:
    """An open page's event stream."""

    def __init__(self, port: int, browser: Client, slug: str = "acme", query: str = "") -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        cookie = browser.cookies[settings.SESSION_COOKIE_NAME].value
        headers = {
            "Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}",
            "Host": settings.SITE_HOST,
        }
        self.connection.request("GET", f"/{slug}/events/{query}", headers=headers)
        self.answer = self.connection.getresponse()
        if self.answer.status == 200:
            assert self.answer.readline().startswith(b"retry:")

    def hear(self) -> dict[str, Any]:
        """The next word."""
        while True:
            line = self.answer.readline()
            assert line, "the stream is over"
            if line.startswith(b"data: "):
                word: dict[str, Any] = json.loads(line.removeprefix(b"data: "))
                return word

    def close(self) -> None:
        self.connection.close()


def finish(world: World, member: Any) -> None:
    """Something everybody can hear, so that silence before it can be told."""
    live.publish(workspace_id=world.acme.pk, members=[member.pk], topic="finish")


def heard(page: Page, world: World, member: Any) -> list[dict[str, Any]]:
    """Everything a page hears until the finish."""
    finish(world, member)
    words = []
    while (word := page.hear())["topic"] != "finish":
        words.append(word)
    return words


def test_it_tells_alice_and_not_bob_of_private_mail(world: World, server: int) -> None:
    with world.opened():
        row = make.message(make.mailbox(world.alice))
    alice, bob = (Page(server, world.browser(member)) for member in (world.alice, world.bob))
    with world.opened():
        triage.triage(verb="done", threads=[row.thread], by=world.alice, at=NOW)
    words = heard(alice, world, world.alice)
    assert {"topic": "threads"} in words and {"topic": f"thread:{row.thread.uid}"} in words
    assert heard(bob, world, world.bob) == []
    alice.close()
    bob.close()


def test_it_tells_bob_of_what_is_shared(world: World, server: int) -> None:
    with world.opened():
        row = make.message(make.mailbox(world.alice), visibility="shared")
        make.linked(row.thread, make.person("Dana", "dana@northwind.test"))
    bob = Page(server, world.browser(world.bob))
    with world.opened():
        triage.triage(verb="done", threads=[row.thread], by=world.alice, at=NOW)
    assert {"topic": f"thread:{row.thread.uid}"} in heard(bob, world, world.bob)
    bob.close()


def test_it_tells_a_page_of_what_changed_while_it_came(world: World, server: int) -> None:
    browser = world.browser(world.alice)
    live.publish(workspace_id=world.acme.pk, members=[world.alice.pk], topic="threads")
    page = Page(server, browser, query="?age=30000")
    assert page.hear() == {"topic": "everything"}
    page.close()
    untouched = Page(server, world.browser(world.bob), query="?age=30000")
    assert heard(untouched, world, world.bob) == []
    untouched.close()


def test_it_tells_of_the_outbox(world: World, server: int) -> None:
    with world.opened():
        out = make.outgoing(make.mailbox(world.alice), world.alice)
    browser = world.browser(world.alice)
    alice, bob = Page(server, browser), Page(server, world.browser(world.bob))
    browser.post(f"/acme/inbox/outbox/{out.uid}/", {"verb": "cancel"})
    assert {"topic": "outbox"} in heard(alice, world, world.alice)
    assert heard(bob, world, world.bob) == []
    alice.close()
    bob.close()


def test_it_is_closed_to_strangers(world: World, server: int) -> None:
    assert Page(server, world.browser(world.charlie)).answer.status == 404
    anonymous = http.client.HTTPConnection("127.0.0.1", server, timeout=20)
    anonymous.request("GET", "/acme/events/", headers={"Host": settings.SITE_HOST})
    assert anonymous.getresponse().status == 302
    asked = {"Host": settings.SITE_HOST, "Accept": "text/event-stream"}
    anonymous = http.client.HTTPConnection("127.0.0.1", server, timeout=20)
    anonymous.request("GET", "/acme/events/", headers=asked)
    assert anonymous.getresponse().status == 204


def test_it_holds_one_subscription_and_no_database_for_many_pages(
    world: World, server: int
) -> None:
    browser = world.browser(world.alice)
    before = subscriptions()
    pages = [Page(server, browser) for _ in range(40)]
    assert subscriptions() - before == 1
    assert Page(server, browser).answer.status == 200
    live.publish(workspace_id=world.acme.pk, members=[world.alice.pk], topic="threads")
    assert [page.hear() for page in pages] == [{"topic": "threads"}] * 40
    for page in pages:
        page.close()


def subscriptions() -> int:
    """How many connections to the broker are subscriptions."""
    return sum("P" in client["flags"] for client in live.client().client_list())


def test_it_ends_the_stream_of_a_page_that_cannot_keep_up() -> None:
    async def story() -> list[str | None]:
        async with stream.hub().listening("test") as words:
            for number in range(stream.BACKLOG + 5):
                stream.hub()._hand_out("test", str(number))
            return [words.get_nowait() for _ in range(words.qsize())]

    assert asyncio.run(story())[-1] is None


def test_it_is_quiet_as_soon_as_its_reader_says_so(world: World, server: int) -> None:
    browser = world.browser(world.bob)
    page = Page(server, browser)
    told = {"why": "mentioned", "subject": "Gate 4"}
    by: dict[str, Any] = {"workspace_id": world.acme.pk, "members": [world.bob.pk]}
    live.publish(topic="notices", data=told, **by)
    assert "quiet" not in page.hear()
    said = {"browser_tells": "mail", "quiet_days": ["1", "2", "3", "4", "5", "6", "7"]}
    assert browser.post("/acme/settings/telling/", said).status_code == 302
    assert page.hear() == {"topic": "wishes", "tells": "mail"}
    live.publish(topic="notices", data=told, **by)
    live.publish(topic="threads", data={"new": 1}, **by)
    assert [page.hear()["quiet"], page.hear()["quiet"]] == [True, True]
    page.close()


def test_it_hears_of_wishes_in_every_workspace_and_of_nobody_elses(
    world: World, server: int
) -> None:
    add_member(workspace=world.globex, user=world.bob.user, role="member", at=NOW)
    browser = world.browser(world.bob)
    bob = [Page(server, browser, slug) for slug in ("acme", "globex")]
    alice = Page(server, world.browser(world.alice))
    assert browser.post("/acme/settings/telling/", {"browser_tells": "mail"}).status_code == 302
    assert [page.hear()["tells"] for page in bob] == ["mail", "mail"]
    assert heard(alice, world, world.alice) == []
    for page in (*bob, alice):
        page.close()


@pytest.mark.parametrize("is_loud", [True, False])
def test_it_falls_silent_when_the_session_was_ended(
    world: World, server: int, monkeypatch: pytest.MonkeyPatch, *, is_loud: bool
) -> None:
    monkeypatch.setattr(views, "LOOKS_AGAIN", 0.0)
    monkeypatch.setattr(views, "HEARTBEAT", 20.0 if is_loud else 0.2)
    browser = world.browser(world.bob)
    page = Page(server, browser)
    if is_loud:
        assert heard(page, world, world.bob) == []
    assert browser.post("/accounts/logout/").status_code == 302
    if is_loud:
        finish(world, world.bob)
    rest = page.answer.read()
    assert b"finish" not in rest
    page.close()


def test_it_tells_no_title_to_a_page_whose_session_was_just_ended(
    world: World, server: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "LOOKS_CLOSELY", 0.0)
    browser = world.browser(world.bob)
    page = Page(server, browser)
    assert heard(page, world, world.bob) == []
    assert browser.post("/accounts/logout/").status_code == 302
    told = {"why": "mentioned", "subject": "Canary"}
    live.publish(workspace_id=world.acme.pk, members=[world.bob.pk], topic="notices", data=told)
    assert b"Canary" not in page.answer.read()
    page.close()
