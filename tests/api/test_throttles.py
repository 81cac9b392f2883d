"""How often a token may ask, and that it is told."""

from typing import Any

import pytest
from rest_framework.settings import api_settings
from rest_framework.views import APIView

from crm.ui.api import Me
from crm.ui.rest import throttles
from sync.api.mailboxes import MailboxTest
from tests import make
from tests.world import World


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    rates = {"token": "3/h", "probe": "1/h"}
    monkeypatch.setattr(api_settings, "DEFAULT_THROTTLE_RATES", rates)
    for view in (APIView, Me):
        monkeypatch.setattr(view, "throttle_classes", [throttles.TokenThrottle])
    both = [throttles.TokenThrottle, throttles.ProbeThrottle]
    monkeypatch.setattr(MailboxTest, "throttle_classes", both)


def test_it_says_how_much_is_left_and_then_stops(world: World, slow: None) -> None:
    api = world.api(world.alice)
    answers = [api.get("me") for _turn in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer["RateLimit-Remaining"] for answer in answers] == ["2", "1", "0", "0"]
    assert {answer["RateLimit-Limit"] for answer in answers} == {"3"}
    refused = answers[-1]
    assert 0 < int(refused["Retry-After"]) <= 3600
    assert int(refused["RateLimit-Reset"]) > 0
    assert refused["Content-Type"] == "application/problem+json"
    assert world.api(world.alice).get("me").status_code == 200
    assert world.api(world.charlie).get("me").status_code == 200


def test_it_lets_a_workspace_knock_at_other_hosts_less_often(world: World, slow: None) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        make.connection(box, imap_port=1, smtp_port=1)

    def knock() -> Any:
        return world.api(world.alice).post(f"mailboxes/{box.uid}/test/")

    assert [knock().status_code, knock().status_code] == [200, 429]


def test_it_answers_without_counting_when_the_broker_is_away(
    world: World, slow: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Away:
        def add(self, *_: Any) -> None:
            raise OSError("no broker")

    monkeypatch.setattr(throttles, "cache", Away())
    api = world.api(world.alice)
    assert {api.get("me").status_code for _turn in range(5)} == {200}


def test_it_counts_nothing_where_throttles_are_off(world: World) -> None:
    assert "RateLimit-Limit" not in world.api(world.alice).get("me")
