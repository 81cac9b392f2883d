"""People see where they are signed in, and end what is not theirs any more."""

import re

import pytest

from crm.workspaces import presence
from crm.workspaces.models import UserSession
from tests.world import World

PROFILE = "/acme/settings/profile/"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1"
DESK = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0 Safari/537.36"


def test_it_ends_one_browser_and_leaves_the_other(world: World) -> None:
    desk, phone = world.browser(world.bob), world.browser(world.bob)
    phone.get(PROFILE, headers={"User-Agent": PHONE})
    page = desk.get(PROFILE, headers={"User-Agent": DESK}).content.decode()
    assert page.index("Chrome on Linux") < page.index("Safari on iPhone")
    [end] = re.findall(r"/acme/settings/sessions/[0-9a-f-]+/revocation/", page)
    assert desk.post(end).status_code == 302
    assert phone.get(PROFILE).headers["Location"].startswith("/accounts/login/")
    again = desk.get(PROFILE)
    assert again.status_code == 200
    assert b"iPhone" not in again.content


def test_it_ends_nobody_elses_browser(world: World) -> None:
    alice = world.browser(world.alice)
    alice.get(PROFILE, headers={"User-Agent": DESK})
    [row] = UserSession.objects.filter(user=world.alice.user)
    path = f"/acme/settings/sessions/{row.uid}/revocation/"
    assert world.browser(world.bob).post(path).status_code == 404
    assert alice.get(PROFILE).status_code == 200


def test_it_notes_a_browser_once_in_a_while(world: World) -> None:
    browser = world.browser(world.bob)
    browser.get(PROFILE)
    [row] = UserSession.objects.filter(user=world.bob.user)
    browser.get(PROFILE)
    [again] = UserSession.objects.filter(user=world.bob.user)
    assert again.seen_at == row.seen_at


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (DESK, "Chrome on Linux"),
        (PHONE, "Safari on iPhone"),
        (
            "Mozilla/5.0 (Windows NT 10.0; rv:150.0) Firefox/150.0",
            "Firefox on Windows",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/150.0 Safari/537.36 Edg/150.0", "Edge on Windows"),
        ("curl/8.0", "A browser"),
        ("", "A browser"),
    ],
)
def test_it_calls_browsers_by_their_names(agent: str, name: str) -> None:
    assert presence.name(agent) == name
