"""Who opened a mail or followed a link: kept, and called what it probably is."""

import random
import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.test import Client
from django.utils import timezone

from crm.workspaces.models import UserSession
from inbox import remote
from inbox.models import Outgoing
from tests import make
from tests.tracking import sent
from tests.world import World
from tracking.actions import hearing
from tracking.models import Hit, Trace


@pytest.fixture
def mail(world: World) -> sent.Sent:
    with world.opened():
        return sent.send(make.mailbox(world.alice), world.alice)


def test_it_hears_of_a_person_who_opens_it_and_follows_a_link(
    world: World, mail: sent.Sent
) -> None:
    seen = sent.ask(mail.pixel)
    assert (seen.status_code, seen.headers["Content-Type"]) == (200, "image/gif")
    assert len(seen.content) == 43 and "no-store" in seen.headers["Cache-Control"]
    way = sent.ask(mail.links[0])
    assert (way.status_code, way.headers["Location"]) == (302, "https://acme.test/offer?a=1&b=2")
    for answer in (seen, way):
        assert not answer.cookies and answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert sent.heard(world) == [("open", "human", ""), ("click", "human", "")]
    with world.opened():
        assert {hit.agent for hit in Hit.objects.all()} == {sent.PERSON}
        kept = " ".join(str(value) for row in Hit.objects.values() for value in row.values())
        assert "198.51.100.7" not in kept


def test_it_calls_machines_machines_and_leaves_none_out(world: World, mail: sent.Sent) -> None:
    for agent, method, extra in (
        (sent.GOOGLE, "GET", {}),
        ("YahooMailProxy; https://help.yahoo.com/kb/", "GET", {}),
        ("Mozilla/5.0", "GET", {}),
        (remote.HEADERS["User-Agent"], "GET", {}),
        (sent.PERSON, "HEAD", {}),
        ("", "GET", {}),
        ("curl/8.5", "GET", {}),
        ("Mozilla/5.0 (compatible; Barracuda Sentinel)", "GET", {}),
        (sent.PERSON, "GET", {"Sec-Purpose": "prefetch;prerender"}),
        ("Mozilla/5.0 (Linux; Android 12; CUBOT NOTE 20)", "GET", {}),
    ):
        assert sent.ask(mail.pixel, agent=agent, method=method, **extra).status_code == 200
    assert sent.heard(world) == [
        ("open", who, why)
        for who, why in (
            ("proxy", "proxy"),
            ("proxy", "proxy"),
            ("proxy", "proxy"),
            ("proxy", "proxy"),
            ("bot", "head"),
            ("bot", "scanner"),
            ("bot", "scanner"),
            ("bot", "scanner"),
            ("bot", "early"),
            ("human", ""),
        )
    ]


def test_it_knows_a_machine_by_its_haste(world: World, mail: sent.Sent) -> None:
    with world.opened():
        Outgoing.objects.update(sending_at=timezone.now())
    sent.ask(mail.links[0])
    with world.opened():
        Outgoing.objects.update(sending_at=timezone.now() - timedelta(minutes=1))
        Hit.objects.all().delete()
    for path in mail.links:
        sent.ask(path)
    assert sent.heard(world) == [("click", "bot", "every")] * 3
    sent.later(world, timedelta(minutes=5))
    sent.ask(mail.links[1])
    assert sent.heard(world)[-1] == ("click", "human", "")


def test_it_knows_our_own(world: World, mail: sent.Sent) -> None:
    for member in (world.bob, world.charlie):
        browser = world.browser(member)
        browser.get(mail.links[0], headers={"User-Agent": sent.PERSON}, REMOTE_ADDR="198.51.100.7")
    assert [who for _kind, who, _why in sent.heard(world)] == ["self", "human"]
    UserSession.objects.create(user=world.alice.user, row="x", address="203.0.113.9", agent="x")
    # Reserved for examples, so taken for one that many have
    Client().get(mail.pixel, headers={"User-Agent": sent.PERSON}, REMOTE_ADDR="203.0.113.9")
    UserSession.objects.create(user=world.alice.user, row="y", address="8.8.4.4", agent="x")
    Client().get(mail.pixel, headers={"User-Agent": sent.PERSON}, REMOTE_ADDR="8.8.4.4")
    assert [who for _kind, who, _why in sent.heard(world)][2:] == ["human", "self"]


def test_it_tells_who_guesses_nothing(world: World, mail: sent.Sent) -> None:
    known, unknown = sent.ask(mail.pixel), sent.ask(f"/t/{'a' * 22}.gif")
    assert known.content == unknown.content
    same = [{**each.headers, "X-Request-ID": ""} for each in (known, unknown)]
    assert same[0] == same[1]
    wrong = re.sub(r"\.gif$", "", mail.pixel)
    for path in (f"/t/{'a' * 22}", wrong, "/t/x", f"{mail.links[0]}x", "/t/%00"):
        answer = sent.ask(path)
        assert answer.status_code == 404 and "acme" not in answer.text.lower(), path
    assert (
        sent.ask(f"{mail.links[0]}?to=https://evil.test/")
        .headers["Location"]
        .startswith("https://acme.test/offer")
    )
    for path in (mail.pixel, mail.links[0]):
        assert sent.ask(path, method="POST").status_code == 405
    assert len(sent.heard(world)) == 2


def test_it_leads_nowhere_but_to_what_is_kept(world: World, mail: sent.Sent) -> None:
    chance = random.Random(13)
    kept = {sent.ask(path).headers["Location"] for path in mail.links}
    for _time in range(300):
        token = list(mail.links[chance.randrange(3)])
        token[chance.randrange(3, len(token))] = chance.choice("aZ09/.%?&=:@ é\\")
        path = quote("".join(token), safe="/%?&=:@") + chance.choice(("", "?u=https://evil.test/"))
        answer = sent.ask(path)
        assert answer.status_code in (302, 404), path
        if answer.status_code == 302:
            assert answer.headers["Location"] in kept or answer.headers["Location"].startswith("/")


def test_it_keeps_a_bounded_share_of_one_token(
    world: World, mail: sent.Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _time in range(hearing.A_MINUTE + 3):
        assert sent.ask(mail.pixel).status_code == 200
    assert len(sent.heard(world)) == hearing.A_MINUTE
    sent.later(world, timedelta(minutes=5))
    monkeypatch.setattr(hearing, "MOST", hearing.A_MINUTE + 1)
    for _time in range(3):
        sent.ask(mail.pixel, agent="x" * 5_000)
    assert len(sent.heard(world)) == hearing.A_MINUTE + 1
    with world.opened():
        assert max(len(hit.agent) for hit in Hit.objects.all()) == hearing.AGENT


def test_it_goes_with_the_mail_that_is_erased(world: World, mail: sent.Sent) -> None:
    sent.ask(mail.pixel)
    with world.opened():
        mail.outgoing.delete()
        assert not Trace.objects.exists() and not Hit.objects.exists()
    assert sent.ask(mail.links[0]).status_code == 404
    with world.opened(world.globex):
        assert not Trace.objects.exists()
