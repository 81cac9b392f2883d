"""A second step besides the password: an app, a recovery code, a passkey."""

import base64
import os
import re
import time
from typing import Any

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.webauthn.internal import auth as webauthn
from django.core.cache import cache
from django.core.management import call_command
from django.db import connections
from django.test import Client

from tests.world import PASSWORD, World


def code(secret: str, ahead: int = 0) -> str:
    counter = int(time.time()) // 30 + ahead
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


def set_up(client: Client) -> str:
    """Switches the app on; returns its secret."""
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    found = re.search(r'<code class="mono">([A-Z2-7]+)</code>', page)
    assert found is not None
    answer = client.post("/accounts/2fa/totp/activate/", {"code": code(found[1])})
    assert answer.status_code == 302, answer.content
    return found[1]


def sign_in(world: World) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": world.alice.email, "password": PASSWORD})
    return client


def test_it_asks_for_six_digits_after_the_password(world: World) -> None:
    secret = set_up(world.browser(world.alice))
    client = sign_in(world)
    assert client.get("/acme/inbox/inbox/").status_code == 302
    page = client.get("/accounts/2fa/authenticate/")
    assert page.status_code == 200
    wrong = client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert wrong.status_code == 200
    assert client.get("/acme/inbox/inbox/").status_code == 302
    client.post("/accounts/2fa/authenticate/", {"code": code(secret, ahead=1)})
    assert client.get("/acme/inbox/inbox/").status_code == 200


def test_it_takes_each_recovery_code_once(world: World) -> None:
    browser = world.browser(world.alice)
    set_up(browser)
    page = browser.get("/accounts/2fa/recovery-codes/").content.decode()
    codes = re.findall(r"<li>(\d+)</li>", page)
    assert len(codes) == 10
    first = sign_in(world)
    first.post("/accounts/2fa/authenticate/", {"code": codes[0]})
    assert first.get("/acme/inbox/inbox/").status_code == 200
    again = sign_in(world)
    again.post("/accounts/2fa/authenticate/", {"code": codes[0]})
    assert again.get("/acme/inbox/inbox/").status_code == 302


def test_it_keeps_no_second_step_in_plain_words(world: World) -> None:
    secret = set_up(world.browser(world.alice))
    with connections["system"].cursor() as cursor:
        cursor.execute("SELECT string_agg(data::text, ' ') FROM mfa_authenticator")
        assert secret not in cursor.fetchone()[0]
    with connections["default"].cursor() as cursor, pytest.raises(Exception, match="permission"):
        cursor.execute("SELECT data FROM mfa_authenticator")


def test_it_changes_the_key_of_second_steps_too(world: World, settings: Any) -> None:
    secret = set_up(world.browser(world.alice))
    old = list(settings.MASTER_KEYS)
    settings.MASTER_KEYS = [fresh_key(), *old]
    call_command("rotate_keys", verbosity=0)
    settings.MASTER_KEYS = settings.MASTER_KEYS[:1]
    row = Authenticator.objects.get(type="totp")
    assert totp.TOTP(row).validate_code(code(secret, ahead=1))


def fresh_key() -> str:
    return base64.b64encode(os.urandom(32)).decode()


def test_it_asks_for_the_second_step_after_a_new_password_too(world: World) -> None:
    set_up(world.browser(world.alice))
    client = Client()
    key = default_token_generator.make_token(world.alice.user)
    uid = user_pk_to_url_str(world.alice.user)
    form = client.get(f"/accounts/password/reset/key/{uid}-{key}/", follow=True)
    path = form.request["PATH_INFO"]
    new = "another-long-secret-1"
    answer = client.post(path, {"password1": new, "password2": new})
    assert answer.status_code == 302
    assert client.get("/acme/inbox/inbox/").status_code == 302
    assert "_auth_user_id" not in client.session


def test_it_does_not_let_anybody_guess_the_six_digits(world: World, settings: Any) -> None:
    secret = set_up(world.browser(world.alice))
    settings.ACCOUNT_RATE_LIMITS = {}
    cache.clear()
    client = sign_in(world)
    for _guess in range(10):
        client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    # Neither here nor in a session of its own is one more looked at
    for guesser in (client, sign_in(world)):
        guesser.post("/accounts/2fa/authenticate/", {"code": code(secret, ahead=1)})
        assert guesser.get("/acme/inbox/inbox/").status_code == 302
    cache.clear()


def test_it_changes_no_second_step_without_the_password(world: World) -> None:
    browser = world.browser(world.alice)
    set_up(browser)
    session = browser.session
    session.pop("account_authentication_methods", None)
    session.save()
    for path in ("totp/deactivate/", "recovery-codes/generate/", "webauthn/add/"):
        answer = browser.post(f"/accounts/2fa/{path}", {})
        assert answer.status_code == 302 and "reauthenticate" in answer.headers["Location"], path
    assert Authenticator.objects.filter(type="totp").exists()
    theirs = Authenticator.objects.get(type="totp").pk
    bob = world.browser(world.bob)
    bob.post("/accounts/reauthenticate/", {"password": PASSWORD})
    for path in ("edit", "remove"):
        answer = bob.post(f"/accounts/2fa/webauthn/keys/{theirs}/{path}/", {"name": "mine"})
        assert answer.status_code == 404
    assert Authenticator.objects.filter(pk=theirs).exists()


def test_its_keys_are_asked_about_in_the_readers_language(world: World) -> None:
    world.bob.user.language = "pt-br"
    world.bob.user.save()
    bob = world.browser(world.bob)
    bob.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = bob.get("/accounts/2fa/webauthn/add/").text
    assert "Nome" in page and 'value="Chave 1"' in page and "Sem a senha." in page


def key_of(world: World, *, codes: bool) -> None:
    """Alice has a security key, and recovery codes if she wants them."""
    rows = Authenticator.objects.using("system")
    rows.create(user=world.alice.user, type="webauthn", data={"name": "Key 1", "credential": {}})
    if codes:
        seed = get_adapter().encrypt("a" * 40)
        rows.create(
            user=world.alice.user, type="recovery_codes", data={"seed": seed, "used_mask": 0}
        )


@pytest.mark.parametrize("codes", [True, False])
def test_it_asks_those_who_have_keys_only_for_no_app(
    world: World, monkeypatch: pytest.MonkeyPatch, codes: bool
) -> None:
    # The options would be made of a key that a browser has made
    monkeypatch.setattr(webauthn, "begin_authentication", lambda user=None: {})
    key_of(world, codes=codes)
    client = sign_in(world)
    page = client.get("/accounts/2fa/authenticate/").text
    assert "authenticator app" not in page and "Use a passkey or security key" in page
    assert ("one of your recovery codes" in page) is codes
    assert ('name="code"' in page) is codes
    refused = client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert refused.status_code == 200
    assert client.get("/acme/inbox/inbox/").status_code == 302
    again = world.browser(world.alice).get("/accounts/2fa/reauthenticate/", follow=True).text
    assert "Is it you?" in again and "authenticator app" not in again
    assert ('name="code"' in again) is codes


def test_it_offers_no_key_to_those_who_have_none(world: World) -> None:
    set_up(world.browser(world.alice))
    page = sign_in(world).get("/accounts/2fa/authenticate/").text
    assert "authenticator app, or one of your recovery codes" in page
    assert "passkey" not in page
