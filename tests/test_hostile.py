"""Characters that no text can keep, in every field of every form, parameter and JSON document.

The answer may be a refusal that names the field, or the words without them; never a 500.
"""

import inspect
import json
import re
import sys
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from types import ModuleType
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.test.utils import override_settings

from tests import rights
from tests.api.operations import Operation, every
from tests.api.population import populate
from tests.routes import Route, routes
from tests.test_tenant_wall import Acme, acme
from tests.world import PASSWORD, World

__all__ = ["acme"]
# NUL, other controls with what turns text round and odd digits, and more than anybody writes
HOSTILE = ["a\x00b", "\x01\x1b\x7f\x85\u202ea\u2028٣\ufeff", "x" * 20_000]
# These only JSON can carry
UNPAIRED = ["\ud800", "a\udfffb"]
READ = re.compile(
    r"""(?:GET|POST|FILES|data|said|found)\.(?:get|getlist)\(\s*"(\w+)\""""
    r"""|(?:POST|GET|FILES)\["(\w+)"\]|read_\w+\([^,"]+, "(\w+)"|^    (\w+) = forms\.""",
    re.M,
)
GOOD = {
    "name": "Northwind",
    "company": "Northwind",
    "email": "new@northwind.test",
    "login": "alice@acme.test",
    "password": PASSWORD,
    "addresses": "new@northwind.test",
    "address": "dana@northwind.test",
    "to": "dana@northwind.test",
    "html": "<p>Words</p>",
    "subject": "Words",
    "version": "1",
    "role": "member",
    "scopes": "mail:read",
    "lifetime": "30",
    "language": "en",
    "time_zone": "UTC",
    "visibility": "private",
    "imap_host": "imap.northwind.test",
    "smtp_host": "smtp.northwind.test",
    "imap_port": "993",
    "smtp_port": "465",
    "imap_security": "tls",
    "smtp_security": "tls",
    "username": "alice",
    "kind": "new",
    "theme": "dark",
}
VERBS = {"inbox:triage": "archive", "inbox:outgoing": "cancel", "sync:entry": "import"}


def names(*modules: Any) -> list[str]:
    """Every name that these modules read from a request."""
    found: dict[str, None] = {}
    for module in modules:
        for groups in READ.findall(inspect.getsource(module)):
            found |= {name: None for name in groups if name}
    return list(found)


def read_by(route: Route) -> list[str]:
    """The names that a page's module, and the forms it speaks of, read."""
    own = sys.modules[inspect.unwrap(route.view).__module__]
    app, spoken = (
        own.__name__.partition(".views")[0],
        set(re.findall(r"\w+", inspect.getsource(own))),
    )
    forms = [module for name, module in sys.modules.items() if name.startswith(f"{app}.forms")]
    return names(own, *(module for module in forms if spoken & _made_in(module)))


@cache
def _made_in(module: ModuleType) -> frozenset[str]:
    """The classes and functions that are written in this module."""
    made = inspect.getmembers(module, lambda each: inspect.isclass(each) or inspect.isroutine(each))
    return frozenset(name for name, each in made if each.__module__ == module.__name__)


def good(route: Route, ids: dict[str, Any]) -> dict[str, Any]:
    """A form that this page takes, as far as one can be made for all of them."""
    own = {"thread": str(ids["thread"]), "mailbox": str(ids["mailbox"])}
    return GOOD | own | {"verb": VERBS.get(route.name, "again")}


def pages(method: str) -> Iterator[Route]:
    for route in routes():
        if method in (rights.PAGES.get(route.name) or {}) and route.name != "ui:events":
            yield route


def test_it_takes_no_harm_from_any_address(acme: Acme) -> None:
    browser = acme.world.browser(acme.world.alice)
    browser.raise_request_exception = False
    faults = []
    for route in pages("GET"):
        path = route.path("acme", acme.ids)
        for value in HOSTILE:
            answer = browser.get(path, dict.fromkeys(read_by(route), value))
            if answer.status_code >= 500:
                faults.append(f"{path} {value[:9]!r}: {answer.status_code}")
    assert not faults


def test_it_takes_no_harm_from_any_form(acme: Acme) -> None:
    """All such characters in one field after the other, then some of them in every field."""
    browser = acme.world.browser(acme.world.alice)
    browser.raise_request_exception = False
    faults = []
    for route in pages("POST"):
        path, read = route.path("acme", acme.ids), read_by(route)
        tries = [{name: "".join(HOSTILE[:2])} for name in read]
        for tried in [*tries, dict.fromkeys(read, HOSTILE[1])]:
            answer = browser.post(path, good(route, acme.ids) | tried)
            if answer.status_code >= 500:
                faults.append(f"{path} {list(tried)}: {answer.status_code}")
    assert not faults


@override_settings(ACCOUNT_RATE_LIMITS=False)
@pytest.mark.parametrize(
    "path",
    [
        "/accounts/login/",
        "/accounts/signup/",
        "/accounts/password/reset/",
        "/accounts/email/",
        "/accounts/password/change/",
        "/accounts/reauthenticate/",
        "/i18n/setlang/",
        "/workspaces/new/",
    ],
)
def test_it_takes_no_harm_at_the_door(world: World, path: str) -> None:
    fields = ["login", "email", "password", "password1", "oldpassword", "next", "language"]
    fields += ["company", "name", "time_zone", "remember", "action_add", "action_remove"]
    usual = GOOD | {"password1": PASSWORD, "oldpassword": PASSWORD, "action_add": "1"}
    faults = []
    for browser in (Client(SERVER_NAME="localhost", SERVER_PORT="8000"), world.browser(world.bob)):
        browser.raise_request_exception = False
        for name in fields:
            for value in HOSTILE:
                answers = (
                    browser.get(path, {name: value}),
                    browser.post(path, usual | {name: value}),
                )
                if max(answer.status_code for answer in answers) >= 500:
                    faults.append(f"{path} {name}={value[:9]!r}")
    assert not faults


def leaves(body: Any, place: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where texts and numbers stand in a document."""
    if isinstance(body, dict):
        for key, inner in body.items():
            yield from leaves(inner, (*place, key))
    elif isinstance(body, list):
        for position, inner in enumerate(body):
            yield from leaves(inner, (*place, position))
    elif place:
        yield place


def put(body: Any, place: tuple[str | int, ...], value: Any) -> Any:
    changed = deepcopy(body)
    at = changed
    for step in place[:-1]:
        at = at[step]
    at[place[-1]] = value
    return changed


def wrong(answer: Any, operation: Operation, what: str) -> str | None:
    """What is wrong with a refusal: that there is none where one is due, or what it says."""
    if answer.status_code >= 500:
        return f"{operation} {what}: {answer.status_code}"
    if answer.status_code >= 400 and answer["Content-Type"] != "application/problem+json":
        return f"{operation} {what}: {answer['Content-Type']}"
    return None


def called(place: tuple[str | int, ...]) -> str:
    """A place as refusals name it."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in place)
    return "".join(steps).lstrip(".")


def refused(answer: Any) -> set[str]:
    """The fields that a refusal names."""
    return (
        {each["field"] for each in answer.json()["errors"]} if answer.status_code == 400 else set()
    )


def test_it_refuses_such_texts_in_every_field_of_the_api(world: World) -> None:
    """All fields at once; those that the refusal does not name are then asked one by one."""
    api, known = world.api(world.alice), populate(world, world.alice)
    api.client.raise_request_exception = False
    faults = []
    for operation in every(known):
        # Whoever gives the workspace such a name may end it by that name: see below
        if operation.body is None or re.search("/(tokens|closing)/", operation.path):
            continue
        path = operation.at(known)
        for value in [*HOSTILE, *UNPAIRED]:
            places = list(leaves(operation.body))
            everywhere = operation.body
            for place in places:
                everywhere = put(everywhere, place, value)
            answer = operation.ask(api, path, everywhere)
            faults.append(wrong(answer, operation, f"everywhere={value[:9]!r}"))
            named = refused(answer)
            for place in places:
                if called(place) in named:
                    continue
                answer = operation.ask(api, path, put(operation.body, place, value))
                faults.append(wrong(answer, operation, f"{place}={value[:9]!r}"))
                if "\x00" in value or value in UNPAIRED:
                    if answer.status_code not in (400, 404, 409):
                        faults.append(f"{operation} {place}={value!r}: {answer.status_code}")
        for key in [*HOSTILE[:2], *UNPAIRED]:
            answer = operation.ask(api, path, operation.body | {key: 1})
            faults.append(wrong(answer, operation, f"{key!r}"))
    assert [fault for fault in faults if fault] == []


def test_it_ends_no_workspace_by_such_a_name(world: World) -> None:
    api = world.api(world.alice)
    for value in [*HOSTILE, *UNPAIRED]:
        assert api.post("workspace/closing/", {"name": value}).status_code == 400, value
    assert api.get("workspace/").status_code == 200


def test_it_refuses_such_texts_in_every_parameter_of_the_api(world: World) -> None:
    api, known = world.api(world.alice), populate(world, world.alice)
    api.client.raise_request_exception = False
    faults = []
    for operation in every(known):
        if operation.method != "GET":
            continue
        for name in parameters(operation):
            for value in HOSTILE:
                path = f"{operation.at(known)}?{name}={quote(value)}"
                faults.append(wrong(operation.ask(api, path), operation, path[:80]))
        if "{id}" in operation.path:
            for value in HOSTILE:
                path = operation.path.removeprefix("/api/v1/").replace("{id}", quote(value))
                answer = operation.ask(api, path)
                assert answer.status_code == 404, path
    assert [fault for fault in faults if fault] == []


def parameters(operation: Operation) -> list[str]:
    return [*operation.parameters, "cursor", "limit", "nonsense", "%00"]


@pytest.mark.parametrize("key", ["\x00", "a\x7fb", "é", "", "x" * 256, "\t"])
def test_it_refuses_keys_it_cannot_keep(world: World, key: str) -> None:
    answer = world.api(world.alice).post("people/", {"name": "Dana"}, key=key or None)
    assert answer.status_code in ((201,) if not key else (400,))


def test_it_takes_files_with_any_name(world: World) -> None:
    api = world.api(world.alice)
    for name in ("a\x00b.txt", "\x1b.txt", "../../etc/passwd", "x" * 3000, "\u202egpj.exe"):
        head = (
            f'--b\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
            "Content-Type: text/plain\x00\r\n\r\nx\r\n--b--\r\n"
        ).encode()
        answer = api.client.generic(
            "POST", "/api/v1/uploads/", head, "multipart/form-data; boundary=b", headers=api.headers
        )
        assert answer.status_code in (201, 400), name
        if answer.status_code == 201:
            kept = json.loads(answer.content)["filename"]
            assert kept.isprintable() and "/" not in kept and len(kept) <= 200
