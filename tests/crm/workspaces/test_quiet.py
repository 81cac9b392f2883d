"""Quiet hours are the member's own: nothing pops up, and the bell counts on."""

from datetime import UTC, datetime, time
from typing import Any

import pytest

from crm.ui.views import _quietly
from crm.workspaces import quiet
from crm.workspaces.models import User
from tests.unchanged import unchanged
from tests.world import World

PAGE = "/acme/settings/telling/"
# Friday, 20 November 2026; three hours earlier in São Paulo
FRIDAY = datetime(2026, 11, 20, 22, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("begins", "ends", "days", "zone", "is_quiet"),
    [
        (None, None, None, "UTC", False),
        (time(22), time(7), None, "UTC", True),
        (time(22), time(7), None, "America/Sao_Paulo", False),
        (time(19), time(20), None, "America/Sao_Paulo", True),
        (time(9), time(17), None, "UTC", False),
        (time(22, 30), time(23), None, "UTC", True),
        (time(21), time(22, 30), None, "UTC", False),
        (None, None, [5], "UTC", True),
        (None, None, [6, 7], "UTC", False),
        # It is Saturday there by now
        (None, None, [6], "Asia/Tokyo", True),
    ],
)
def test_it_knows_when_it_is_quiet(
    begins: time | None, ends: time | None, days: list[int] | None, zone: str, is_quiet: bool
) -> None:
    user = User(quiet_from=begins, quiet_until=ends, quiet_days=days, time_zone=zone)
    assert quiet.holds(user, FRIDAY) is is_quiet


def test_it_says_on_the_stream_what_is_not_to_be_told() -> None:
    loud, hushed = User(), User(quiet_days=list(range(1, 8)))
    mention = '{"topic": "notices", "why": "mention"}'
    assert _quietly(loud, mention) == mention
    assert '"quiet": true' in _quietly(hushed, mention)
    assert '"quiet": true' in _quietly(hushed, '{"topic": "threads", "new": 1}')
    assert _quietly(hushed, '{"topic": "threads"}') == '{"topic": "threads"}'


def test_it_is_chosen_on_the_profile(world: World) -> None:
    alice = world.browser(world.alice)
    said: dict[str, Any] = {
        "browser_tells": "mail",
        "quiet_from": "18:00",
        "quiet_until": "08:00",
        "quiet_days": ["6", "7"],
    }
    page = alice.post(PAGE, said, follow=True)
    user = User.objects.using("system").get(pk=world.alice.user_id)
    assert (user.browser_tells, user.quiet_from, user.quiet_until) == ("mail", time(18), time(8))
    assert user.quiet_days == [6, 7] and 'data-tells="mail"' in page.text
    assert 'value="18:00"' in page.text and "Saturday" in page.text
    other = User.objects.using("system").get(pk=world.bob.user_id)
    assert (other.browser_tells, other.quiet_days) == ("nothing", None)
    # Other preferences are saved without touching these
    alice.post("/acme/settings/preference/", {"theme": "dark"})
    user.refresh_from_db()
    assert user.theme == "dark" and user.quiet_days == [6, 7]
    with unchanged(world):
        for wrong in ({"quiet_until": ""}, {"quiet_until": "18:00"}, {"quiet_days": ["8"]}):
            assert alice.post(PAGE, said | wrong).status_code == 422
        assert alice.post(PAGE, said | {"browser_tells": "all"}).status_code == 422
    user.refresh_from_db()
    assert user.quiet_until == time(8)
    assert world.browser(world.charlie).post(PAGE, said).status_code == 404


def test_it_is_told_and_changed_over_rest(world: World) -> None:
    api = world.api(world.alice)
    told = api.get("me/notifications/").json()
    assert told == {
        "browser_tells": "nothing",
        "quiet_from": None,
        "quiet_until": None,
        "quiet_days": [],
        "time_zone": "UTC",
        "quiet_now": False,
    }
    every = {"quiet_days": [7, 1, 2, 3, 4, 5, 6], "browser_tells": "mine"}
    changed = api.patch("me/notifications/", every).json()
    assert changed["quiet_days"] == [1, 2, 3, 4, 5, 6, 7] and changed["quiet_now"]
    assert api.patch("me/notifications/", {"quiet_from": "18:00"}).status_code == 400
    for wrong in ("18:59:24.2+01:46", "8:00", "24:00", "noon", 8):
        refused = api.patch("me/notifications/", {"quiet_from": "18:00", "quiet_until": wrong})
        assert refused.status_code == 400 and "quiet_until" in refused.text
    both = api.patch("me/notifications/", {"quiet_from": "18:00", "quiet_until": "08:30"})
    assert (both.json()["quiet_from"], both.json()["quiet_until"]) == ("18:00", "08:30")
    assert api.patch("me/notifications/", {"quiet_days": [8]}).status_code == 400
    assert world.api(world.alice, ("mail:read",)).patch("me/notifications/", {}).status_code == 403
    assert world.api(world.bob).get("me/notifications/").json()["quiet_days"] == []
