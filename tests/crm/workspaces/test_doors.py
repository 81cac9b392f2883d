"""What somebody tries at the doors who has no key: forged forms, hosts, cookies and ways on."""

import re
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings as ours
from django.core import mail
from django.test import Client

from tests import rights
from tests.routes import routes
from tests.test_tenant_wall import Acme, acme, ask, checksum
from tests.world import PASSWORD, World

__all__ = ["acme"]
AWAY = [
    "//evil.test/",
    "https://evil.test/",
    "http:evil.test",
    "/\\evil.test",
    "\\\\evil.test",
    "///evil.test",
    "/\t/evil.test",
    "\x08//evil.test",
    "javascript:alert(1)",
    "https://localhost:8000@evil.test/",
    "//localhost:8000.evil.test/",
    "http://127.0.0.1:8000@evil.test/",
    "http://127.0.0.1:8000/content/x/",
]
SPELLINGS = ["127.0.0.1:8000", "127.0.0.1.:8000", "127.0.0.1", "127.0.0.1:99", "127.0.0.1."]
LINK = re.compile(r"https?://[^/\s]+")
SIGN_IN = {"login": "alice@acme.test", "password": PASSWORD}


def stranger() -> Client:
    return Client(SERVER_NAME="localhost", SERVER_PORT="8000")


@pytest.mark.parametrize("target", AWAY)
def test_it_leads_nobody_to_another_site(world: World, target: str) -> None:
    alice = world.browser(world.alice)
    on = {"next": target}
    for answer in (
        stranger().post("/accounts/login/", {**SIGN_IN, **on}),
        stranger().post("/accounts/login/", SIGN_IN, query_params=on),
        stranger().get("/acme/inbox/inbox/", on),
        alice.get("/accounts/login/", on),
        alice.post("/accounts/language/", {"language": "en", **on}),
        alice.post("/accounts/reauthenticate/", {"password": PASSWORD, **on}),
        alice.post("/accounts/logout/", on),
    ):
        assert answer.status_code == 302
        assert re.match(r"/(?![/\\\t])", answer.headers["Location"]), answer.headers["Location"]


@pytest.mark.parametrize("host", ["localhost:9999", "localhost.", "LOCALHOST", "evil.test"])
def test_it_writes_its_own_name_into_mail_whatever_host_was_asked(
    world: World, settings: Any, host: str
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []
    headers = {"host": host, "x-forwarded-host": "evil.test"}
    for email in ("alice@acme.test", "nobody@acme.test"):
        answer = Client().post("/accounts/password/reset/", {"email": email}, headers=headers)
        assert answer.status_code == (400 if host == "evil.test" else 302)
    form = {"name": "A", "company": "A", "email": "alice@acme.test", "password1": PASSWORD}
    Client().post("/accounts/signup/", form, headers=headers)
    assert len(mail.outbox) == (0 if host == "evil.test" else 3)
    links = [link for message in mail.outbox for link in LINK.findall(str(message.body))]
    assert set(links) <= {ours.SITE_URL} and len(links) >= len(mail.outbox)


@pytest.mark.parametrize("host", SPELLINGS)
def test_it_serves_no_page_where_content_lives(world: World, host: str) -> None:
    browser = Client(headers={"host": host})
    for path in ("/accounts/login/", "/acme/inbox/inbox/", "/"):
        answer = browser.get(path)
        assert answer.status_code == 302
        assert answer.headers["Location"] == ours.SITE_URL + path
    assert browser.post("/accounts/login/", SIGN_IN).status_code == 404
    assert not browser.cookies


def test_it_gives_whoever_signs_in_a_cookie_nobody_knew(world: World) -> None:
    visitor = stranger()
    name = ours.SESSION_COOKIE_NAME
    visitor.cookies[name] = planted = "a" * 32
    visitor.get("/accounts/login/")
    visitor.post("/accounts/login/", SIGN_IN)
    first = visitor.cookies[name].value
    assert first != planted
    attacker = stranger()
    attacker.cookies[name] = planted
    assert attacker.get("/acme/inbox/inbox/").status_code == 302
    visitor.post("/accounts/reauthenticate/", {"password": PASSWORD})
    visitor.post("/accounts/logout/")
    attacker.cookies[name] = first
    assert attacker.get("/acme/inbox/inbox/").status_code == 302


@pytest.mark.parametrize("value", ["x" * 60_000, "\x00", "é" * 32, "../../etc", "{}"])
def test_it_knows_nobody_by_a_cookie_that_is_none(world: World, value: str) -> None:
    visitor = stranger()
    visitor.cookies[ours.SESSION_COOKIE_NAME] = value
    visitor.cookies[ours.CSRF_COOKIE_NAME] = value
    assert visitor.get("/acme/inbox/inbox/").status_code == 302
    assert visitor.get("/accounts/login/").status_code == 200


def test_it_takes_no_form_that_another_site_made(acme: Acme) -> None:
    browser = acme.world.browser(acme.world.alice)
    browser.get("/acme/inbox/inbox/")
    before = checksum(acme.world)
    browser.handler.enforce_csrf_checks = True
    for route in routes():
        if route.is_page and "POST" in rights.PAGES[route.name]:
            answer = ask(browser, "POST", route.path("acme", acme.ids), acme.ids)
            assert answer.status_code == 403, route.name
        elif route.pattern.startswith("/accounts/") or route.name.startswith("workspaces:"):
            path = route.pattern.replace("<slug:workspace>", "acme")
            path = re.sub(r"<[^>]*>", "1", re.sub(r"<uuid:[^>]*>", str(UUID(int=1)), path))
            assert browser.post(path, {"next": "/"}).status_code == 403, route.pattern
    assert checksum(acme.world) == before
    assert browser.get("/acme/inbox/inbox/").status_code == 200
