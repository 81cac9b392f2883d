"""While the database is away links lead on, and what mails told is written down afterwards."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, close_old_connections
from django.utils import timezone

from crm.ui import live
from inbox.models import Outgoing
from tests import make
from tests.platform.broker import broker
from tests.platform.test_database_away import frozen
from tests.tracking import sent
from tests.world import World
from tracking import tasks, views
from tracking.actions import away, hearing
from tracking.agents import Judged
from tracking.models import Hit, Trace
from tracking.queries import tokens


@pytest.fixture
def mail(world: World, monkeypatch: pytest.MonkeyPatch) -> sent.Sent:
    monkeypatch.setattr(away, "_asked_again_at", 0.0)
    live.client().delete(away.HITS)
    with world.opened():
        return sent.send(make.mailbox(world.alice), world.alice)


def gone(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The database answers nobody who asks for a token; the tokens that were asked for."""
    asked: list[str] = []

    def ask(token: str) -> Any:
        asked.append(token)
        raise OperationalError

    monkeypatch.setattr(tokens, "trace", ask)
    return asked


def test_it_goes_on_while_the_database_is_frozen(
    world: World, mail: sent.Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "PATIENCE", 0.3)
    before = timezone.now()
    with frozen():
        assert sent.ask(mail.pixel).status_code == 200
        close_old_connections()
        way = sent.ask(mail.links[0])
        close_old_connections()
    close_old_connections()
    assert way.headers["Location"] == "https://acme.test/offer?a=1&b=2"
    assert way.headers["Referrer-Policy"] == "no-referrer" and not way.cookies
    assert sent.heard(world) == [] and away.waiting() == 2
    since = timezone.now()
    tasks.write_down()
    assert sent.heard(world) == [("open", "human", ""), ("click", "human", "")]
    with world.opened():
        assert all(before < hit.at < since for hit in Hit.objects.all())
    tasks.write_down()
    assert len(sent.heard(world)) == 2 and away.waiting() == 0


def test_it_asks_it_no_more_for_a_while_and_leads_nowhere_else(
    world: World, mail: sent.Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        asked = gone(patch)
        for path in (mail.links[1], mail.links[1], mail.pixel):
            assert sent.ask(path).status_code in (200, 302)
        # For the way and then for the hit; after that no more
        assert len(asked) == 2
        # Of what is not known without it, it is asked once more
        with pytest.raises(OperationalError):
            sent.ask(f"/t/{'a' * 22}")
        assert len(asked) == 3
        for path in (f"{mail.links[0]}x", "/t/%2a", f"/t/{'*' * 22}", f"/t/{'a' * 9_000}"):
            assert sent.ask(path).status_code == 404
        assert sent.ask(f"/t/{'a' * 22}.gif").status_code == 200
    monkeypatch.setattr(away, "_asked_again_at", 0.0)
    with world.opened():
        Outgoing.objects.update(sending_at=timezone.now() - timedelta(minutes=1))
    tasks.write_down()
    heard = [("click", "human", "")] * 2 + [("open", "human", "")]
    assert sent.heard(world) == heard and away.waiting() == 0
    # What is erased leads nowhere as soon as the database says so
    with world.opened():
        mail.outgoing.delete()
    assert sent.ask(mail.links[1]).status_code == 404


def test_it_keeps_what_is_left_where_it_goes_away_again(
    world: World, mail: sent.Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        gone(patch)
        sent.ask(mail.pixel)
        sent.ask(mail.links[0])
        with pytest.raises(OperationalError):
            tasks.write_down()
        assert away.waiting() == 2
    monkeypatch.setattr(away, "MOST", 2)
    with monkeypatch.context() as patch:
        gone(patch)
        sent.ask(mail.links[0])
    tasks.write_down()
    assert [kind for kind, _who, _why in sent.heard(world)] == ["open", "click"]


class Killed(BaseException):
    """A worker that is killed says nothing and tidies nothing."""


@pytest.mark.parametrize("is_written", [False, True], ids=["before", "after"])
def test_it_loses_and_doubles_nothing_where_a_worker_is_killed(
    is_written: bool, world: World, mail: sent.Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        gone(patch)
        sent.ask(mail.pixel)
        sent.ask(mail.links[0])
    with monkeypatch.context() as patch:
        patch.setattr(hearing, "hear", killed_at(is_written))
        with pytest.raises(Killed):
            tasks.write_down()
    assert away.waiting() == 2 and len(sent.heard(world)) == is_written
    tasks.write_down()
    assert [kind for kind, _who, _why in sent.heard(world)] == ["open", "click"]
    assert away.waiting() == 0
    with world.opened():
        assert sorted(Trace.objects.exclude(hit_count=0).values_list("hit_count")) == [(1,), (1,)]


def killed_at(is_written: bool) -> Any:
    hear = hearing.hear

    def killed(asked: hearing.Asked) -> None:
        if is_written:
            hear(asked)
        raise Killed

    return killed


def test_tokens_that_somebody_made_up_take_no_more_than_half_of_the_room(
    world: World, mail: sent.Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(away, "MOST", 4)
    with monkeypatch.context() as patch:
        gone(patch)
        for letter in "abcde":
            assert sent.ask(f"/t/{letter * 22}.gif").status_code == 200
        assert away.waiting() == 2
        sent.ask(mail.pixel)
        sent.ask(mail.links[0])
        assert away.waiting() == 4
    # A pixel is no way, known or not
    with monkeypatch.context() as patch:
        gone(patch)
        with pytest.raises(OperationalError):
            sent.ask(mail.pixel.removesuffix(".gif"))
    tasks.write_down()
    assert [kind for kind, _who, _why in sent.heard(world)] == ["open", "click"]


def test_it_goes_past_what_cannot_be_written(
    world: World, mail: sent.Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    live.client().rpush(away.HITS, "no hit of ours")
    with monkeypatch.context() as patch:
        gone(patch)
        sent.ask(mail.pixel)
    tasks.write_down()
    assert len(sent.heard(world)) == 1 and away.waiting() == 0


def test_it_keeps_the_share_of_each_minute_it_came_in(
    world: World, mail: sent.Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = timezone.now().replace(microsecond=0) - timedelta(hours=1)
    for minute in range(3):
        for number in range(hearing.A_MINUTE + 2):
            at = start + timedelta(minutes=minute, seconds=number)
            token = mail.pixel.removeprefix("/t/").removesuffix(".gif")
            away.keep(hearing.Asked(token, "open", Judged("human"), sent.PERSON, "", at))
    monkeypatch.setattr(tasks, "AT_ONCE", 50)
    tasks.write_down()
    assert away.waiting() == 3 * (hearing.A_MINUTE + 2) - 50
    tasks.write_down()
    assert len(sent.heard(world)) == 3 * hearing.A_MINUTE


def test_it_answers_while_both_are_away(
    world: World, mail: sent.Sent, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with broker(tmp_path) as valkey:
        valkey.kill()
        gone(monkeypatch)
        assert sent.ask(mail.pixel).status_code == 200
        with pytest.raises(OperationalError):
            sent.ask(mail.links[0])
        tasks.ring_all()
