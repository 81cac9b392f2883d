"""Passwords, codes and invitations, and who tries them too often, twice or all at once."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings as ours
from django.core import mail
from django.db import connections
from django.test import Client

from crm.workspaces import actions
from crm.workspaces.models import Membership, Role, User
from crm.workspaces.sessions import SessionStore
from tests.crm.workspaces.test_second_step import code, set_up
from tests.world import NOW, PASSWORD, World

WRONG = {"login": "alice@acme.test", "password": "wrong, wrong, wrong"}


def visitor(**headers: str) -> Client:
    return Client(SERVER_NAME="localhost", SERVER_PORT="8000", headers=headers)


def sign_in(client: Client, password: str = PASSWORD, email: str = "alice@acme.test") -> bool:
    client.post("/accounts/login/", {"login": email, "password": password})
    return client.get("/acme/inbox/inbox/").status_code == 200


def test_it_stops_a_hundred_guesses_from_a_hundred_addresses(world: World, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {}
    let_try = 0
    for number in range(101):
        guesser = visitor(
            **{"x-forwarded-for": f"203.0.113.{number}", "x-real-ip": f"10.0.0.{number}"}
        )
        answer = guesser.post("/accounts/login/", WRONG)
        let_try += answer.status_code != 429 and b"Too many" not in answer.content
    assert let_try <= 10
    assert not sign_in(visitor())


def test_it_takes_a_code_of_the_authenticator_once(world: World) -> None:
    secret = set_up(world.browser(world.alice))
    used = code(secret, ahead=1)
    seen = []
    for _turn in range(2):
        client = visitor()
        sign_in(client)
        client.post("/accounts/2fa/authenticate/", {"code": used})
        seen.append(client.get("/acme/inbox/inbox/").status_code)
    assert seen == [200, 302]


def test_it_lets_an_invitation_be_taken_once_however_fast(world: World) -> None:
    """The same link pressed in five windows, and again after its taker was sent away."""
    user = actions.create_user(email="rita@acme.test", password=PASSWORD, name="Rita")
    _offer, secret = actions.invite(
        email="rita@acme.test", role=Role.ADMIN, by=world.alice, at=NOW.replace(year=2100)
    )
    place = Membership(workspace=world.globex, user=user)
    windows = [world.browser(place) for _number in range(5)]

    def press(client: Client) -> str:
        try:
            answer = client.post(f"/invitations/{secret}/")
            return answer.headers.get("Location", str(answer.status_code))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(5) as pool:
        landed = sorted(pool.map(press, windows))
    assert landed.count("/acme/inbox/") == 1
    member = Membership.objects.using("system").get(workspace=world.acme, user=user)
    actions.deactivate(member=member, by=world.alice, at=NOW)
    again = world.browser(place).post(f"/invitations/{secret}/")
    assert again.status_code == 404
    member.refresh_from_db()
    assert not member.is_active


def test_it_takes_no_letter_for_another_that_looks_alike(world: World, settings: Any) -> None:
    """Kelvin's K and the long s fold to letters of an address; mail goes where it always went."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    actions.create_user(email="kirk.smith@acme.test", password=PASSWORD)
    for typed in ("\u212airk.smith@acme.test", "kirk.\u017fmith@acme.test"):
        mail.outbox = []
        visitor().post("/accounts/password/reset/", {"email": typed})
        for message in mail.outbox:
            assert message.to == ["kirk.smith@acme.test"] or "/reset/key/" not in message.body
        form = {"name": "K", "company": "K", "email": typed, "password1": PASSWORD}
        visitor().post("/accounts/signup/", form)
    assert EmailAddress.objects.filter(email="kirk.smith@acme.test").count() == 1
    assert User.objects.filter(email__startswith="kirk").count() == 1


def test_it_changes_a_password_for_who_knows_the_old_one(world: World) -> None:
    fresh = "another long enough secret"
    form = {"password1": fresh, "password2": fresh}
    alice = world.browser(world.alice)
    alice.post("/accounts/password/change/", {**form, "oldpassword": "wrong, wrong, wrong"})
    assert not sign_in(visitor(), fresh)
    alice.post("/accounts/password/change/", {**form, "oldpassword": PASSWORD})
    assert sign_in(visitor(), fresh) and not sign_in(visitor())


@pytest.mark.parametrize(
    "secret",
    [
        "only small letters here",
        "ÄÖÜ ßẞ 漢字かな交じり文",
        "🔑🗝️🔒 zwei Wörter",
        " spaces around it ",
        "on and on and " * 9,
    ],
)
def test_it_takes_a_password_exactly_as_it_was_typed(world: World, secret: str) -> None:
    form = {"oldpassword": PASSWORD, "password1": secret, "password2": secret}
    world.browser(world.alice).post("/accounts/password/change/", form)
    assert sign_in(visitor(), secret)
    for other in (secret.strip(), secret.upper(), secret[:72], secret[:-1]):
        assert other == secret or not sign_in(visitor(), other)


def test_it_takes_any_characters_and_no_common_password(world: World) -> None:
    alice = world.browser(world.alice)
    for common in (
        "passwordpassword",
        "1q2w3e4r5t6y",
        "Sunshine2026!",
        "aaaaaaaaaaaaaa",
        "!!dragon!!dragon!!",
    ):
        form = {"oldpassword": PASSWORD, "password1": common, "password2": common}
        alice.post("/accounts/password/change/", form)
    assert sign_in(visitor())
    easy = "a b c d e f g"
    form = {"oldpassword": PASSWORD, "password1": easy, "password2": easy}
    alice.post("/accounts/password/change/", form)
    assert sign_in(visitor(), easy)


def test_it_lets_password_managers_fill_its_fields(world: World) -> None:
    pages = [visitor().get(f"/accounts/{path}/") for path in ("login", "signup")]
    pages.append(world.browser(world.alice).get("/accounts/password/change/"))
    for page in pages:
        said = page.content.decode()
        fields = re.findall(r"<input[^>]*name=\"(?:old)?password\d?\"[^>]*>", said)
        assert fields
        for field in fields:
            assert 'type="password"' in field and "autocomplete=" in field, field
            assert 'autocomplete="off"' not in field and "maxlength" not in field, field
        assert not re.search(r"onpaste|secret question", said)


def test_it_makes_sessions_that_nobody_guesses(world: World) -> None:
    stores = [SessionStore() for _number in range(50)]
    for store in stores:
        store.create()
    assert len({store.session_key for store in stores}) == 50
    visitors = [visitor() for _number in range(3)]
    assert all(map(sign_in, visitors))
    given = {each.cookies[ours.SESSION_COOKIE_NAME].value for each in visitors}
    # 32 of 36 letters are 165 bits
    assert len(given) == 3 and all(re.fullmatch("[a-z0-9]{32}", key) for key in given)


def test_it_clears_the_browser_on_signing_out(world: World) -> None:
    alice = world.browser(world.alice)
    assert "Clear-Site-Data" not in alice.get("/acme/inbox/inbox/").headers
    answer = alice.post("/accounts/logout/")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "Clear-Site-Data" not in alice.get("/accounts/login/").headers
