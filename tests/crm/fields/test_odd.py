"""What nobody means to type: it is refused in words or kept, and no page breaks of it later."""

import json
import re
from typing import Any

import pytest

from crm.fields.models import Field, View
from tests import make
from tests.world import World

CHOICES = [{"key": "a", "name": "A"}]
ODD: list[Any] = [
    10**14,
    999_999_999_999_999,
    1e308,
    "1e-99999",
    "0e99999",
    {"amount": "1e-99999", "currency": "EUR"},
    {"amount": "0e99999", "currency": "EUR"},
    {"amount": "999999999999999", "currency": "EUR"},
    {},
    [[]],
    [{}],
    {"from": [], "to": {}},
    "http://[",
    "//[",
    "a\ud800",
    "\u202e",
]
LONGEST = 1_000


@pytest.mark.parametrize("type", ["number", "money", "choice", "choices", "link", "text", "date"])
def test_it_reads_odd_values_of_own_fields_and_shows_them(world: World, type: str) -> None:
    options = CHOICES if type.startswith("choice") else []
    with world.opened():
        deal = make.deal(make.pipeline()[0])
        Field.objects.create(kind="deal", key="own", name="Own", type=type, options=options)
    api, alice = world.api(world.alice), world.browser(world.alice)
    for odd in ODD:
        answer = api.patch(f"deals/{deal.uid}/", {"custom": {"own": odd}})
        assert answer.status_code in (200, 400), odd
        kept = api.get(f"deals/{deal.uid}/").json()["custom"].get("own")
        assert len(str(kept)) <= LONGEST
        if isinstance(odd, str) and "\ud800" not in odd:
            form = {"value": odd, "currency": "EUR", "uid": str(deal.uid), "fact": "own"}
            for path in (f"{deal.uid}/facts/own/", "bulk/"):
                assert alice.post(f"/acme/deals/{path}", form).status_code in (200, 204, 422), odd
        for order in ("own", "-own"):
            assert (
                alice.get("/acme/deals/list/", {"sort": order, "column": "own"}).status_code == 200
            )
            wanted = 200 if type != "choices" else 400
            assert api.get("deals/", sort=order).status_code == wanted
        for how, value in (("more", 1), ("between", [1, 10**14]), ("is", 999_999_999_999_999)):
            tree = json.dumps({"field": "own", "is": how, "value": value})
            assert api.get("deals/", filter=tree).status_code in (200, 400)


TREES = [
    r'{"field":"name","is":"contains","value":"a\u0000"}',
    r'{"all":[{"field":"name","is":"contains","value":"\ud800"}]}',
    '{"field":"value","is":"more","value":NaN}',
    '{"field":"value","is":"more","value":-Infinity}',
    '{"field":"created_at","is":"less","value":"0001-01-01T00:00:00+23:59"}',
    '{"field":"created_at","is":"more","value":"9999-12-31T23:59:59-23:59"}',
    '{"field":"created_at","is":"between","value":["0001-01-01","9999-12-31"]}',
    '{"field":["name"],"is":{}}',
    "[" * 5_000,
]


@pytest.mark.parametrize("tree", TREES, ids=range(len(TREES)))
def test_it_takes_no_harm_from_a_filter(world: World, tree: str) -> None:
    with world.opened():
        make.deal(make.pipeline()[0], "Depots")
    alice, api = world.browser(world.alice), world.api(world.alice)
    for path in ("list/", "filter/", "sheet/"):
        answer = alice.get(f"/acme/deals/{path}", {"filter": tree})
        assert answer.status_code == 200, path
    assert api.get("deals/", filter=tree).status_code in (200, 400)
    said = {"name": "Odd", "filter": tree, "column": ["x" * 60, "value"], "sort": "value"}
    assert alice.post("/acme/deals/views/", said).status_code == 302
    with world.opened():
        kept = View.objects.first()
        assert kept is None or kept.columns == ["value"]
    assert "Depots" in alice.get("/acme/deals/list/?view=all").text


@pytest.mark.parametrize(
    "place",
    [
        "sort=value&after=NaN|1",
        "sort=value&after=Infinity|1",
        "sort=created_at&after=9999-12-31T23:59:59-23:59|1",
        "sort=created_at&after=2026-01-01T00:00:00%2B23:59|1",
        "sort=created_at&after=2026-01-01T00:00:00|1",
        "sort=expected_on&after=0001-01-01|1",
    ],
)
def test_it_takes_no_harm_from_a_place(world: World, place: str) -> None:
    with world.opened():
        make.deal(make.pipeline()[0])
    alice = world.browser(world.alice)
    assert alice.get(f"/acme/deals/list/?{place}").status_code == 200
    moment = place.rpartition("=")[2]
    for path in ("trash", "settings/audit/records", "activities", "people/duplicates"):
        assert alice.get(f"/acme/{path}/?after={moment}").status_code == 200


def test_it_sorts_by_a_choice_that_is_called_like_a_lookup(world: World) -> None:
    with world.opened():
        stage = make.pipeline()[0]
        for key in ("isnull", "range", "contains", "in"):
            Field.objects.create(kind="deal", key=key, name=key, type="choice", options=CHOICES)
            make.deal(stage, f"With {key}", custom={key: "a"})
    alice, api = world.browser(world.alice), world.api(world.alice)
    for key in ("isnull", "range", "contains", "in"):
        rows = alice.get("/acme/deals/list/", {"sort": f"-{key}"}).context["rows"]
        assert rows[0].name == f"With {key}"
        assert api.get("deals/", sort=f"-{key}").json()["results"][0]["title"] == f"With {key}"


@pytest.mark.parametrize(
    ("website", "href"),
    [
        ("javascript:alert(1)", "https://javascript:alert(1)"),
        ("javascript://x%0aalert(1)", None),
        ("data:text/html,//x", None),
        ("//evil.test", None),
        ("northwind.test", "https://northwind.test"),
        ("HTTPS://Northwind.test", "HTTPS://Northwind.test"),
    ],
)
def test_a_link_of_a_program_leads_to_the_web_or_nowhere(
    world: World, website: str, href: str | None
) -> None:
    made = world.api(world.alice).post("organizations/", {"name": "N", "website": website}).json()
    page = world.browser(world.bob).get(f"/acme/organizations/{made['id']}/").text
    links = re.findall(r'<a class="link ell" href="([^"]*)" target="_blank"', page)
    assert links == ([href] if href else [])


@pytest.mark.parametrize("do", ["add:²", "add:" + "9" * 5_000, "remove:².0", "remove:0.²", "x"])
def test_its_builder_does_nothing_that_it_cannot(world: World, do: str) -> None:
    line = {"field-0.0": "name", "was-0.0": "name", "is-0.0": "is", "value-0.0": "Depots"}
    answer = world.browser(world.alice).post(
        "/acme/deals/filter/", line | {"do": do, "joined-group": "all"}
    )
    assert answer.status_code == 200 and "Depots" in answer.text
