"""Before something delicate Fio asks once more who it is, and then carries on."""

import time
from typing import Any

import pytest
from django.test import Client

from crm.workspaces.models import ApiToken, Invitation, Membership
from tests import make
from tests.world import PASSWORD, World, confirm

AN_HOUR = 3600


@pytest.fixture
def stale(world: World) -> Client:
    """Alice's browser, which signed in an hour ago."""
    browser = world.browser(world.alice)
    confirm(browser, world.alice, at=time.time() - AN_HOUR)
    return browser


def is_asked(answer: Any) -> bool:
    place = str(answer.headers.get("Location", ""))
    return answer.status_code == 302 and place.startswith("/accounts/reauthenticate/")


def test_it_asks_before_a_role_changes_and_then_carries_on(world: World, stale: Client) -> None:
    path = f"/acme/settings/members/{world.bob.uid}/role/"
    answer = stale.post(path, {"role": "admin"})
    assert is_asked(answer)
    assert Membership.objects.using("system").get(pk=world.bob.pk).role == "member"
    wrong = stale.post(answer.headers["Location"], {"password": "wrong, wrong, wrong"})
    assert wrong.status_code == 200
    after = stale.post(answer.headers["Location"], {"password": PASSWORD, "next": path})
    assert after.headers["Location"] == path
    assert stale.get(path).status_code == 302
    assert Membership.objects.using("system").get(pk=world.bob.pk).role == "admin"
    assert stale.get(path).status_code == 405


def test_it_carries_on_in_the_same_browser_and_at_the_same_place_only(
    world: World, stale: Client
) -> None:
    path = f"/acme/settings/members/{world.bob.uid}/deactivation/"
    stale.post(path)
    assert world.browser(world.alice).get(path).status_code == 405
    confirm(stale, world.alice)
    other = f"/acme/settings/members/{world.bob.uid}/role/"
    assert stale.get(other).status_code == 405
    assert Membership.objects.using("system").get(pk=world.bob.pk).is_active


def test_it_asks_before_tokens_admins_rules_and_passwords_of_mailboxes(
    world: World, stale: Client
) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        make.connection(box)
    asked: dict[str, dict[str, Any]] = {
        "tokens/": {"name": "x", "scopes": ["mail:read"], "lifetime": "30"},
        "invitations/": {"email": "dana@acme.test", "role": "admin"},
        "security/": {"mailbox_kinds": "any"},
        f"members/{world.bob.uid}/deactivation/": {},
        f"mailboxes/{box.uid}/servers/": {"password": "new"},
    }
    for path, form in asked.items():
        assert is_asked(stale.post(f"/acme/settings/{path}", form)), path
        # The page itself may be looked at
        assert not is_asked(stale.get(f"/acme/settings/{path}")), path
    assert not ApiToken.objects.exists() and not Invitation.objects.exists()
    plain = stale.post("/acme/settings/invitations/", {"email": "d@acme.test", "role": "member"})
    assert not is_asked(plain)


@pytest.mark.parametrize("path", ["email/", "2fa/totp/activate/", "2fa/webauthn/add/"])
def test_it_asks_before_the_account_itself_changes(stale: Client, path: str) -> None:
    answer = stale.post(f"/accounts/{path}", {"email": "new@acme.test", "action_add": ""})
    assert is_asked(answer), path


def test_it_sends_a_part_of_a_page_there_as_a_whole(world: World, stale: Client) -> None:
    path = f"/acme/settings/members/{world.bob.uid}/role/"
    answer = stale.post(path, {"role": "admin"}, headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"].startswith("/accounts/reauthenticate/")
