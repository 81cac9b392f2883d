"""A list finds, orders and narrows nothing by somebody hidden, and tells no program who it is."""

import json
import re
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.db import connections
from django.test.utils import CaptureQueriesContext

from crm.contacts.queries import find
from crm.fields import queries
from crm.fields.models import Field
from crm.workspaces.models import Role
from tests import make
from tests.crm.fields.test_seeing import join
from tests.world import World

KINDS = ("people", "deals", "leads", "projects")


@pytest.fixture
def three(world: World) -> dict[str, Any]:
    """Of each kind one of the hidden firm, one of the open firm, one of none, made in this order.

    In the order of firms the hidden one comes before the open one.
    """
    with world.opened():
        mine: dict[str, Any] = {"owner": world.alice, "visibility": "owner"}
        sam = make.person("Secret Sam", "sam@abacus.test", **mine)
        firms = make.organization("Abacus Holding", **mine), make.organization("Mill & Sons"), None
        Field.objects.create(kind="deal", key="own", name="Own", type="organization")
        stage, phase = make.pipeline()[0], make.board()[0]
        for number, firm in enumerate(firms):
            of: dict[str, Any] = {"organization": firm, "owner": world.alice}
            who = {"person": sam if not number else None}
            make.person(f"Row {number}", f"row{number}@mail.test", title="Órgão", **of)
            own = {"own": str(firm.uid)} if firm else {}
            make.deal(stage, f"Row {number}", custom=own, **of, **who)
            make.lead(f"Row {number}", source="Feira", **of, **who)
            make.project(phase, f"Row {number}", **of, **who)
    return {"sam": sam, "hidden": firms[0], "open": firms[1]}


def _names(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    if answer.headers["Content-Type"].startswith("application/json"):
        told = (each.get("name") or each["title"] for each in answer.json()["results"])
        return [name for name in told if name.startswith("Row")]
    return list(dict.fromkeys(re.findall(r"Row [0-9]", answer.text)))


def _pages(kind: str) -> str:
    return f"/acme/{kind}/list/" if kind in ("deals", "projects") else f"/acme/{kind}/"


def _asked(world: World, member: Any, kind: str, **query: Any) -> list[list[str]]:
    """The rows that the page and the program tell."""
    page = world.browser(member).get(_pages(kind), query)
    return [_names(page), _names(world.api(member).get(f"{kind}/", **query))]


@pytest.mark.parametrize("kind", KINDS)
def test_it_finds_nothing_by_somebody_hidden(
    world: World, three: dict[str, Any], kind: str
) -> None:
    bob, api = world.browser(world.bob), world.api(world.bob)
    for words in ("abacus", "abacus row", "holding", "abakus"):
        assert _names(bob.get(_pages(kind), {"q": words})) == [], words
        assert _names(api.get(f"{kind}/", q=words)) == []
        if kind != "people":
            assert _names(bob.get(_pages(kind), {"q": "secret"})) == []
    assert _asked(world, world.alice, kind, q="abacus") == [["Row 0"]] * 2
    # By its own words it is, and by a firm that he sees
    assert _asked(world, world.bob, kind, q="row 0") == [["Row 0"]] * 2
    assert _asked(world, world.bob, kind, q="mill sons row") == [["Row 1"]] * 2
    own = {"people": ("orgao", "row0@mail"), "leads": ("feira",)}.get(kind, ())
    for words in own:
        assert all("Row 0" in told for told in _asked(world, world.bob, kind, q=words)), words


def test_the_box_finds_nothing_by_somebody_hidden(world: World, three: dict[str, Any]) -> None:
    with world.opened():
        for words in ("abacus", "secret", "secrt", "holdin"):
            assert queries.search(world.bob, words) == [], words
            assert queries.search(world.alice, words) != []
        assert len(queries.search(world.bob, "mill")) == 5
        assert len(queries.search(world.bob, "row", of=["deal"])) == 3
        assert find(world.bob, "holding", limit=5) == []
        assert [each.name for each in find(world.bob, "sons", limit=5)] == ["Row 1"]
        assert len(find(world.alice, "holding", limit=5)) == 1
    text = world.browser(world.bob).get("/acme/inbox/palette/?q=abacus").text
    assert "Row" not in text
    # A file has what the page shows
    manager = world.browser(join(world, "Manda", Role.MANAGER))
    cards: Any = manager.get("/acme/people/cards/?q=abacus")
    assert b"".join(async_to_sync(_whole)(cards)) == b""


async def _whole(answer: Any) -> list[bytes]:
    return [piece async for piece in answer.streaming_content]


@pytest.mark.parametrize("kind", KINDS)
def test_it_orders_nothing_by_somebody_hidden(
    world: World, three: dict[str, Any], kind: str, monkeypatch: Any
) -> None:
    """As if it had none; the place where the next page begins does not tell either."""
    right = [["Row 2", "Row 0", "Row 1"]] * 2
    assert _asked(world, world.alice, kind, sort="organization") == right
    assert _asked(world, world.bob, kind, sort="organization") == [["Row 0", "Row 2", "Row 1"]] * 2
    if kind != "people":
        assert _asked(world, world.bob, kind, sort="-person") == [["Row 2", "Row 1", "Row 0"]] * 2
    monkeypatch.setattr("crm.fields.queries.ROWS", 1)
    bob = world.browser(world.bob)
    told = bob.get(f"{_pages(kind)}?sort=organization&mine=").text
    assert "abacus" not in told.lower()


@pytest.mark.parametrize("kind", KINDS)
def test_it_narrows_nothing_by_somebody_hidden(
    world: World, three: dict[str, Any], kind: str
) -> None:
    def rows(member: Any, how: str, value: Any = None, field: str = "organization") -> Any:
        tree = {"field": field, "is": how} | ({"value": value} if value else {})
        return world.api(member).get(f"{kind}/", filter=json.dumps(tree), sort="name")

    hidden, seen = [str(three["hidden"].uid)], [str(three["open"].uid)]
    for field in ("organization", *(["own"] if kind == "deals" else [])):
        assert _names(rows(world.bob, "empty", field=field)) == ["Row 0", "Row 2"]
        assert _names(rows(world.bob, "not_empty", field=field)) == ["Row 1"]
        assert _names(rows(world.alice, "empty", field=field)) == ["Row 2"]
        assert _names(rows(world.alice, "any_of", hidden, field)) == ["Row 0"]
        assert _names(rows(world.bob, "any_of", seen, field)) == ["Row 1"]
        for how in ("any_of", "none_of"):
            refused = rows(world.bob, how, hidden, field)
            assert refused.status_code == 400 and "not here" in refused.text
    if kind == "people":
        assert world.api(world.bob).get("people/", organization=hidden[0]).status_code == 404


def test_it_tells_no_program_who_is_hidden(world: World, three: dict[str, Any]) -> None:
    alice, bob = world.api(world.alice), world.api(world.bob)
    secrets = [str(three[name].uid) for name in ("sam", "hidden")]
    for kind in KINDS:
        full, told = (api.get(f"{kind}/", sort="name").json()["results"] for api in (alice, bob))
        assert full[0]["organization"] == secrets[1]
        assert told[0]["organization"] is None
        assert told[1]["organization"] == str(three["open"].uid)
        one = bob.get(f"{kind}/{told[0]['id']}/")
        changed = bob.patch(f"{kind}/{told[0]['id']}/", {"labels": []})
        at_once = bob.post(f"{kind}/bulk/", {"update": [{"id": told[0]["id"]}]})
        for answer in (json.dumps(told), one.text, changed.text, at_once.text):
            assert not any(secret in answer for secret in secrets), kind
    deals = [api.get("deals/", sort="name").json()["results"] for api in (alice, bob)]
    assert [row[0]["custom"] for row in deals] == [{"own": secrets[1]}, {}]
    assert deals[1][1]["custom"] == {"own": str(three["open"].uid)}


def test_a_program_that_sends_back_what_it_read_removes_nobody(
    world: World, three: dict[str, Any]
) -> None:
    api = world.api(world.bob)
    told = api.get("deals/", q="row 0").json()["results"][0]
    same = {name: told[name] for name in ("title", "person", "organization", "custom")}
    assert api.patch(f"deals/{told['id']}/", same).status_code == 200
    both = {"id": told["id"], "person": None}
    assert api.post("deals/bulk/", {"update": [both]}).status_code == 200
    kept = world.api(world.alice).get(f"deals/{told['id']}/").json()
    assert kept["person"] == str(three["sam"].uid)
    assert kept["organization"] == kept["custom"]["own"] == str(three["hidden"].uid)
    # Another one in its place is a change like any
    other = {"organization": str(three["open"].uid), "person": None}
    assert api.patch(f"deals/{told['id']}/", other).status_code == 200
    assert api.patch(f"deals/{told['id']}/", {"organization": None}).json()["organization"] is None


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_tells_nothing_of_who_is_hidden_and_keeps_him(
    world: World, three: dict[str, Any], kind: str
) -> None:
    bob, alice = world.browser(world.bob), world.api(world.alice)
    found = alice.get(f"{kind}/", q="row 0").json()["results"][0]
    at, names = f"/acme/{kind}/{found['id']}/", ["organization"]
    names += ["person"] if kind != "people" else []
    names += ["own"] if kind == "deals" else []
    for path in (at, *(f"{at}facts/{name}/{end}" for name in names for end in ("", "?edit=1"))):
        page = bob.get(path)
        assert page.status_code == 200, path
        for secret in (three["sam"].uid, three["hidden"].uid, "Abacus", "Secret Sam"):
            assert str(secret) not in page.text, path
    for name in names:
        posted = {"value": "", "is": _said(bob.get(f"{at}facts/{name}/?edit=1").text)}
        refused = bob.post(f"{at}facts/{name}/", posted)
        assert refused.status_code == 422 and "is not open to you" in refused.text
    assert bob.post(f"{at}facts/labels/", {}).status_code == 200
    assert alice.get(f"{kind}/{found['id']}/").json()["organization"] == found["organization"]
    # Whoever sees it has its id in the form
    form = world.browser(world.alice).get(f"{at}facts/organization/?edit=1").text
    assert _said(form) == str(three["hidden"].uid)


def _said(form: str) -> str:
    said = re.search(r'name="is" value="([^"]*)"', form)
    return said[1] if said else ""


def test_it_asks_no_more_for_more_rows(world: World, three: dict[str, Any]) -> None:
    def count(path: str, **query: Any) -> int:
        api.get(path, **query)
        with CaptureQueriesContext(connections["default"]) as seen:
            assert api.get(path, **query).status_code == 200
        return len(seen)

    api = world.api(world.bob)
    asked = {"q": "row", "sort": "organization"}
    before = [count(f"{kind}/", **asked) for kind in KINDS]
    with world.opened():
        stage = make.pipeline()[0]
        own = {"own": str(three["hidden"].uid)}
        for number in range(3, 9):
            of = {"organization": three["hidden"], "owner": world.alice}
            make.deal(stage, f"Row {number}", custom=own, **of)
            make.person(f"Row {number}", **of)
    assert [count(f"{kind}/", **asked) for kind in KINDS] == before
