"""What every answer tells a browser: run nothing but ours, guess nothing, send nothing on."""

import re
from typing import Any

from django.conf import settings as ours
from django.test import Client

from tests import rights
from tests.routes import routes
from tests.test_tenant_wall import Acme, acme
from tests.world import World

__all__ = ["acme"]
NONCE = re.compile(r"'nonce-([A-Za-z0-9_=+/-]{16,})'")
# What a mail itself looks like has a policy of its own, told in tests/inbox/test_content.py
FRAMES = {"inbox:body"}
OUTSIDE = ("/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/nothing/at/all/")


def pages(acme: Acme) -> list[Any]:
    """Every page there is, as its reader and as a stranger gets it."""
    alice, nobody = acme.world.browser(acme.world.alice), Client(headers={"host": ours.SITE_HOST})
    found = [
        alice.get(route.path("acme", acme.ids))
        for route in routes()
        if "GET" in (rights.PAGES.get(route.name) or {}) and route.name not in FRAMES
    ]
    paths = [
        re.sub(r"<[^>]*>", "1", route.pattern)
        for route in routes()
        if route.pattern.startswith("/accounts/") or route.name in rights.OPEN
    ]
    found += [alice.get(path) for path in paths if "logout" not in path]
    return [*found, *(nobody.get(path) for path in OUTSIDE)]


def test_it_lets_nothing_run_but_what_it_marked_itself(acme: Acme) -> None:
    seen, nonces = 0, list[str]()
    for page in pages(acme):
        if not page.headers.get("Content-Type", "").startswith("text/html"):
            continue
        seen += 1
        policy = page.headers["Content-Security-Policy"]
        rules = dict(rule.strip().partition(" ")[::2] for rule in policy.split(";"))
        path = page.request["PATH_INFO"]
        assert rules["default-src"] == "'none'", path
        assert rules["base-uri"] == rules["frame-ancestors"] == "'none'", path
        assert "form-action" in rules and "object-src" not in rules, path
        for name in ("script-src", "style-src"):
            assert "unsafe" not in rules[name] and "data:" not in rules[name], path
            assert "http" not in rules[name] and "*" not in rules[name], path
        nonces += NONCE.findall(rules["script-src"])
        allowed = NONCE.findall(policy)
        said = "" if page.streaming else page.content.decode()
        for tag in re.findall(r"<script\b[^>]*>", said):
            if 'type="application/json"' in tag:
                continue  # words for our scripts, which no browser runs
            mark = re.search(r'nonce="([^"]*)"', tag)
            assert mark and mark[1] in allowed, (path, tag)
        assert not re.search(r"<[^>]*\son\w+=|javascript:", said), path
    assert seen > 40 and len(nonces) == len(set(nonces)) > 30


def test_it_lets_no_answer_be_guessed_at_or_kept_by_others(acme: Acme) -> None:
    for page in pages(acme):
        path, headers = page.request["PATH_INFO"], page.headers
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert headers["Referrer-Policy"] in ("same-origin", "no-referrer"), path
        assert "Access-Control-Allow-Origin" not in headers, path
        if path.startswith("/accounts/"):
            # Among them are recovery codes and the secret of an app
            assert "no-store" in headers.get("Cache-Control", "") or page.status_code == 302, path
        if path.startswith("/acme/"):
            assert "private" in headers.get("Cache-Control", "") or page.status_code == 302, path
        if headers.get("Content-Type", "").startswith("text/"):
            assert "charset=utf-8" in headers["Content-Type"].lower(), path


def test_it_answers_no_other_site_and_no_trace(world: World) -> None:
    api = world.api(world.alice)
    for origin in ("https://evil.test", "null", ours.CONTENT_URL):
        for path in ("/api/v1/me", "/accounts/login/"):
            answer = api.client.options(path, headers={**api.headers, "Origin": origin})
            assert not [name for name in answer.headers if name.startswith("Access-Control")]
    for method in ("TRACE", "TRACK", "CONNECT", "PROPFIND"):
        for path in ("/api/v1/me", "/acme/inbox/inbox/", "/accounts/login/"):
            answer = world.browser(world.alice).generic(method, path)
            assert answer.status_code in (302, 401, 403, 404, 405), (method, path)
            assert "fio-session" not in answer.content.decode()
