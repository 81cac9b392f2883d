"""Lists and programs put records in the order of the workspace's own fields."""

import re
from typing import Any

import pytest

from crm.fields.models import Field
from tests import make
from tests.crm.fields.test_own import add
from tests.world import World

# Values that come one after the other; somebody without one stands before all of them
VALUES: dict[str, tuple[Any, ...]] = {
    "text": ("abacate", "Ábaco", "zebra"),
    "number": (2, 10.5, 100),
    "money": tuple({"amount": each, "currency": "EUR"} for each in ("9.50", "20", "100")),
    "date": ("2026-01-31", "2026-02-01", "2027-01-01"),
    "date_range": tuple({"from": f"2026-0{n}-01", "to": "2027-01-01"} for n in (1, 2, 3)),
    "yes_no": (False, True, True),
}


def people_of(page: str) -> list[str]:
    return re.findall(r"Person [0-9]", page)


@pytest.mark.parametrize("type", VALUES)
def test_it_sorts_by_an_own_field(world: World, type: str, monkeypatch: Any) -> None:
    field = add(world, "person", "Known", type)
    with world.opened():
        make.person("Person 0", owner=world.alice)
        for place, value in reversed([*enumerate(VALUES[type], 1)]):
            row = make.person(f"Person {place}", owner=world.alice, custom={field.key: value})
            assert row.pk
    names = ["Person 0", "Person 1", "Person 2", "Person 3"]
    if type == "yes_no":  # two of them are alike, the one made first comes first
        names = ["Person 0", "Person 1", "Person 3", "Person 2"]
    api, alice = world.api(world.bob), world.browser(world.alice)
    path, told = "people/", list[str]()
    answer = api.get(path, sort=field.key, limit=1).json()
    while answer:
        told += [row["name"] for row in answer["results"]]
        follow = answer["next"] and answer["next"].partition("/api/v1/")[2]
        answer = api.get(follow).json() if follow else None
    assert told == names
    back = api.get(path, sort=f"-{field.key}").json()["results"]
    assert [row["name"] for row in back] == names[::-1]
    monkeypatch.setattr("crm.fields.queries.ROWS", 2)
    first = alice.get(f"/acme/people/?sort={field.key}&column={field.key}").text
    assert "aria-sort" in first
    shown = list(dict.fromkeys(people_of(first)))
    after = re.search(r"after=([^&\"]+)", first)
    if after:
        more = alice.get(f"/acme/people/?sort={field.key}&after={after[1]}").text
        shown += list(dict.fromkeys(people_of(more)))
    assert shown == names


def test_it_sorts_choices_as_people_put_them(world: World) -> None:
    field = add(world, "person", "Size", "choice", "Small\nMedium\nLarge")
    boss = add(world, "person", "Boss", "member")
    with world.opened():
        keys = {each["name"]: each["key"] for each in Field.objects.get(pk=field.pk).options}
        for name, whose in (("Large", world.alice), ("Small", world.bob), ("Medium", world.alice)):
            make.person(
                name, owner=world.alice,
                custom={field.key: keys[name], boss.key: str(whose.uid)},
            )  # fmt: skip
    api = world.api(world.alice)
    rows = api.get("people/", sort=field.key).json()["results"]
    assert [row["name"] for row in rows] == ["Small", "Medium", "Large"]
    rows = api.get("people/", sort=f"-{boss.key}").json()["results"]
    assert rows[0]["name"] == "Small"
    wrong = api.get("people/", sort="nothing")
    assert wrong.status_code == 400 and wrong.json()["errors"][0]["field"] == "sort"
    assert api.get("deals/", sort="-value").status_code == 200
