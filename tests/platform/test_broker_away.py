"""Valkey is a convenience: without it everything goes on, and with it again by itself."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from rest_framework.settings import api_settings
from rest_framework.views import APIView

from crm.config.cache import SparedCache
from crm.ui import live
from crm.ui.api import Me
from crm.ui.rest import throttles
from inbox import tasks as inbox_tasks
from inbox.models import Outgoing, Thread, ThreadLink
from sync.actions import claim
from sync.management.commands import scheduler
from sync.models import Schedule
from tests import make
from tests.inbox.test_live import Page, server
from tests.platform.broker import Broker, broker
from tests.world import PASSWORD, World

__all__ = ["server"]
PAGES = ("inbox/", "inbox/drafts/", "people/", "settings/mailboxes/", "settings/profile/")


@pytest.fixture
def valkey(db: None, tmp_path: Path) -> Iterator[Broker]:
    with broker(tmp_path) as running:
        yield running


def sign_in(browser: Client, address: str, password: str = PASSWORD) -> Any:
    return browser.post("/accounts/login/", {"login": address, "password": password})


def test_it_signs_in_and_shows_every_page_without_it(world: World, valkey: Broker) -> None:
    before = world.browser(world.alice)
    assert before.get("/acme/inbox/").status_code in (200, 302)
    valkey.kill()
    for browser in (before, Client(SERVER_NAME="localhost", SERVER_PORT="8000")):
        if browser is not before:
            assert sign_in(browser, "alice@acme.test").status_code == 302
        for page in PAGES:
            assert browser.get(f"/acme/{page}", follow=True).status_code == 200, page
    assert before.post("/accounts/logout/").status_code == 302
    assert before.get("/acme/inbox/").status_code == 302
    valkey.start()
    assert "/accounts/login/" in before.get("/acme/inbox/")["Location"]


def test_it_still_stops_who_guesses_passwords(world: World, valkey: Broker) -> None:
    valkey.kill()
    browser = Client(SERVER_NAME="localhost", SERVER_PORT="8000")
    settings.ACCOUNT_RATE_LIMITS, usual = {}, settings.ACCOUNT_RATE_LIMITS
    try:
        answers = [sign_in(browser, "alice@acme.test", "not this one") for _try in range(12)]
        assert all(answer.status_code < 500 for answer in answers)
        assert "Too many" in answers[-1].text
        assert sign_in(browser, "alice@acme.test").status_code != 302
    finally:
        settings.ACCOUNT_RATE_LIMITS = usual


def test_it_triages_and_writes_without_it(world: World, valkey: Broker) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        row = make.message(box)
    alice, api = world.browser(world.alice), world.api(world.alice)
    valkey.kill()
    asked = {"verb": "archive", "thread": str(row.thread.uid)}
    assert alice.post("/acme/inbox/triage/", asked).status_code == 200
    letter = {"mailbox": str(box.uid), "to": ["dana@northwind.test"], "subject": "Offer"}
    sent = api.post("outbox/", {**letter, "text": "Here it is."})
    assert sent.status_code == 201
    assert api.get(f"outbox/{sent.json()['id']}/").json()["state"] == "queued"


def test_it_counts_for_itself_while_it_is_away(
    world: World, valkey: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api_settings, "DEFAULT_THROTTLE_RATES", {"token": "3/h", "probe": "1/h"})
    for view in (APIView, Me):
        monkeypatch.setattr(view, "throttle_classes", [throttles.TokenThrottle])
    valkey.kill()
    api = world.api(world.alice)
    assert [api.get("me").status_code for _turn in range(4)] == [200, 200, 200, 429]


def test_it_uses_it_again_once_it_is_back(valkey: Broker) -> None:
    cache.set("kept", "before")
    valkey.kill()
    assert cache.get("kept") is None
    cache.set("kept", "away")
    cache.set("large", "x" * 100_000)
    assert cache.get("kept") == "away" and cache.get("large") is None
    valkey.start()
    SparedCache.asked_again_at = 0.001
    assert cache.get("kept") is None
    cache.set("kept", "after")
    assert live.client().keys("*kept*")


def test_it_tells_probes_what_is_missing(world: World, valkey: Broker) -> None:
    valkey.kill()
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert "broker" in answer.json()["problems"]
    assert Client().get("/livez").status_code == 200


def test_it_lets_pages_come_back_for_their_news(world: World, valkey: Broker, server: int) -> None:
    alice = world.browser(world.alice)
    first = Page(server, alice)
    valkey.kill()
    assert first.answer.read() is not None
    second = Page(server, alice)
    assert second.answer.status == 200
    assert b"data:" not in second.answer.read()
    valkey.start()
    third = Page(server, alice)
    live.publish(workspace_id=world.acme.pk, members=[world.alice.pk], topic="threads")
    assert third.hear() == {"topic": "threads"}
    third.close()


def test_it_shows_pictures_of_others_without_it(world: World, valkey: Broker) -> None:
    valkey.kill()
    cache.add("pictures:1", 0, 60)
    assert cache.incr("pictures:1") == 1


def test_it_attaches_many_conversations_itself(
    world: World, valkey: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox_tasks, "AT_ONCE", 1)
    with world.opened():
        ana = make.person("Ana", "ana@santos.test")
        box = make.mailbox(world.alice)
        for number in range(2):
            make.message(box, sender="Ana <ana@santos.test>", subject=f"S{number}")
        deal = make.deal(make.pipeline()[0], person=ana)
        rows = [make.linked(row, ana) for row in Thread.objects.all()]
    valkey.kill()
    world.browser(world.alice).post(f"/acme/inbox/of/deal/{deal.uid}/earlier/")
    with world.opened():
        assert ThreadLink.objects.filter(kind="deal").count() == len(rows) == 2


def test_f59_it_gives_back_what_it_could_not_ring_for(world: World, valkey: Broker) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        make.connection(box)
        make.outgoing(box, world.alice, send_after=timezone.now() - timedelta(seconds=1))
    valkey.kill()
    assert scheduler.round_("first") == 0
    with world.opened():
        rows = list(Schedule.objects.filter(mailbox=box))
        assert [row.lease_until for row in rows] == [None, None]
        assert all(row.due_at < timezone.now() + timedelta(seconds=5) for row in rows)
        assert Outgoing.objects.get().state == "queued"
        Schedule.objects.update(due_at=timezone.now())
    valkey.start()
    assert scheduler.round_("first") == 2
    waiting = [live.client().lrange(queue, 0, -1) for queue in ("mail.out", "mail.backfill")]
    assert [len(line) for line in waiting] == [1, 1]
    fences = {
        json.loads(json.loads(line[0])["headers"]["kwargsrepr"].replace("'", '"'))["fence"]
        for line in waiting
    }
    assert fences == {2}
    assert claim.claim(owner="second") == []
