"""Filters say who is meant: built-in facts, own fields, and, or, and what cannot be asked."""

from typing import Any

import pytest

from crm.contacts.models import Organization, Person
from crm.fields import filters, queries
from crm.fields.models import Field, Label
from tests import make
from tests.world import NOW, World


def named(world: World, tree: Any, model: Any = Person) -> list[str]:
    with world.opened():
        asked = queries.asked_by(world.alice, model, NOW)
        rows = model.objects.visible_to(world.alice).filter(filters.compile(tree, asked))
        return [row.name for row in rows.order_by("name_key")]


@pytest.fixture
def crowd(world: World) -> World:
    with world.opened():
        label = Label.objects.create(kind="person", name="Fair")
        firm = make.organization("Northwind", domains=["northwind.test"])
        for key, type_ in (("seats", "number"), ("since", "date"), ("budget", "money")):
            Field.objects.create(kind="person", key=key, name=key.title(), type=type_)
        options = [{"key": "a", "name": "A"}, {"key": "b", "name": "B"}]
        Field.objects.create(
            kind="person", key="grades", name="Grades", type="choices", options=options
        )
        make.person(
            "Ána", "ana@x.test", owner=world.alice, label_ids=[label.pk], organization=firm,
            custom={"seats": 14, "since": "2026-11-20", "grades": ["a", "b"],
                    "budget": {"amount": "1000", "currency": "EUR"}},
        )  # fmt: skip
        make.person("Bo", owner=world.bob, title="Buyer", custom={"seats": 3, "grades": ["b"]})
        make.person("Cy", "cy@y.test", title="Head buyer")
    return world


@pytest.mark.parametrize(
    ("tree", "who"),
    [
        ({}, ["Ána", "Bo", "Cy"]),
        ({"field": "name", "is": "contains", "value": "AN"}, ["Ána"]),
        ({"field": "title", "is": "contains", "value": "buyer"}, ["Bo", "Cy"]),
        ({"field": "title", "is": "is_not", "value": "Buyer"}, ["Ána", "Cy"]),
        ({"field": "title", "is": "empty"}, ["Ána"]),
        ({"field": "emails", "is": "contains", "value": "@x"}, ["Ána"]),
        ({"field": "emails", "is": "empty"}, ["Bo"]),
        ({"field": "owner", "is": "any_of", "value": ["me"]}, ["Ána"]),
        ({"field": "owner", "is": "empty"}, ["Cy"]),
        ({"field": "organization", "is": "not_empty"}, ["Ána"]),
        ({"field": "seats", "is": "more", "value": 5}, ["Ána"]),
        ({"field": "seats", "is": "between", "value": [1, 14]}, ["Ána", "Bo"]),
        ({"field": "seats", "is": "empty"}, ["Cy"]),
        ({"field": "budget", "is": "at_least", "value": "1000"}, ["Ána"]),
        ({"field": "since", "is": "within", "value": "today"}, ["Ána"]),
        ({"field": "grades", "is": "all_of", "value": ["a", "b"]}, ["Ána"]),
        ({"field": "grades", "is": "any_of", "value": ["b"]}, ["Ána", "Bo"]),
        ({"field": "created_at", "is": "within", "value": "this_week"}, ["Ána", "Bo", "Cy"]),
        (
            {"any": [{"field": "seats", "is": "is", "value": 3},
                     {"all": [{"field": "name", "is": "begins", "value": "c"},
                              {"field": "emails", "is": "not_empty"}]}]},
            ["Bo", "Cy"],
        ),
    ],
)  # fmt: skip
def test_it_finds_whom_a_filter_means(crowd: World, tree: Any, who: list[str]) -> None:
    assert named(crowd, tree) == who


def test_it_finds_by_label_and_by_record(crowd: World) -> None:
    with crowd.opened():
        label, firm = Label.objects.get(), Organization.objects.get()
    assert named(crowd, {"field": "labels", "is": "any_of", "value": [str(label.uid)]}) == ["Ána"]
    assert named(crowd, {"field": "labels", "is": "none_of", "value": [str(label.uid)]}) == [
        "Bo",
        "Cy",
    ]
    at_firm = {"field": "organization", "is": "any_of", "value": [str(firm.uid)]}
    assert named(crowd, at_firm) == ["Ána"]
    domain = {"field": "domains", "is": "any_of", "value": ["Northwind.test"]}
    assert named(crowd, domain, Organization) == ["Northwind"]


@pytest.mark.parametrize(
    ("tree", "words"),
    [
        ({"field": "shoes", "is": "is", "value": 1}, "There is no field “shoes” here."),
        ({"field": "name", "is": "more", "value": 1}, "cannot be asked “more”"),
        ({"field": "seats", "is": "more", "value": "many"}, "This must be a number."),
        ({"field": "since", "is": "within", "value": "soon"}, "Ask for one of"),
        ({"field": "owner", "is": "any_of", "value": ["x"]}, "This value does not fit."),
        ({"field": "grades", "is": "any_of", "value": ["c"]}, "not one of the choices"),
        ({"some": []}, "A filter is made of"),
        ([1], "A filter is made of"),
        ({"all": [{"all": [{"all": [{"all": [{"all": []}]}]}]}]}, "too many conditions"),
    ],
)
def test_it_says_what_cannot_be_asked(crowd: World, tree: Any, words: str) -> None:
    with pytest.raises(filters.BadFilter, match=words):
        named(crowd, tree)


def test_it_filters_for_programs_and_pages_alike(crowd: World) -> None:
    tree = '{"field": "seats", "is": "more", "value": 5}'
    api = crowd.api(crowd.alice)
    (row,) = api.get("people/", filter=tree, fields="name,custom").json()["results"]
    assert set(row) == {"id", "name", "custom"} and row["custom"]["seats"] == 14
    page = crowd.browser(crowd.alice).get("/acme/people/", {"filter": tree})
    assert [person.name for person in page.context["rows"]] == ["Ána"]
    bad = api.get("people/", filter='{"field": "shoes"}')
    assert bad.status_code == 400 and "shoes" in bad.json()["detail"]
    assert api.get("people/", fields="shoes").status_code == 400
    bad_page = crowd.browser(crowd.alice).get("/acme/people/", {"filter": '{"field": "shoes"}'})
    assert "There is no field “shoes” here." in bad_page.text
