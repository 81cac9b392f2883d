"""Lists that people put together: filters with and/or, columns, order, saved and shared."""

import json
from typing import Any

from crm.fields.models import Field, Label, Opening, View
from crm.workspaces.models import Membership
from tests import make
from tests.world import World

HTMX = {"HX-Request": "true"}
MINE = {"all": [{"field": "owner", "is": "any_of", "value": ["me"]}]}


def names(world: World, who: Membership, **query: Any) -> list[str]:
    page = world.browser(who).get("/acme/people/", query)
    assert page.status_code == 200 and not page.context["trouble"], page.context["trouble"]
    return [row.name for row in page.context["rows"]]


def people(world: World) -> None:
    with world.opened():
        make.person("Ana", owner=world.alice, title="Buyer")
        make.person("Bo", owner=world.bob, title="Seller")
        make.person("Cy", owner=world.alice, title="Seller")


def test_it_builds_a_filter_line_by_line(world: World) -> None:
    people(world)
    alice = world.browser(world.alice)
    shown = alice.get("/acme/people/filter/", headers=HTMX)
    assert shown.status_code == 200 and 'name="field-0.0"' in shown.text
    form: dict[str, Any] = {
        "joined": "any",
        "joined-group": ["all", "any"],
        "field-0.0": "title", "was-0.0": "title", "is-0.0": "is", "value-0.0": "Seller",
        "field-0.1": "owner", "was-0.1": "owner", "is-0.1": "any_of", "value-0.1": ["me"],
        "field-1.0": "name", "was-1.0": "name", "is-1.0": "begins", "value-1.0": "an",
    }  # fmt: skip
    more = alice.post("/acme/people/filter/", form | {"do": "add:1"})
    assert 'name="field-1.1"' in more.text and 'value="Seller"' in more.text
    less = alice.post("/acme/people/filter/", form | {"do": "remove:0.0"})
    assert 'name="field-0.1"' not in less.text and 'value="Seller"' not in less.text
    group = alice.post("/acme/people/filter/", form | {"do": "group"})
    assert group.text.count('name="joined-group"') == 3
    changed = alice.post("/acme/people/filter/", form | {"field-0.0": "created_at"})
    assert 'value="this_week"' in changed.text, "another field brings its own ways of asking"
    done = alice.post("/acme/people/filter/", form | {"do": "apply"})
    address = done.headers["HX-Redirect"]
    page = alice.get(address)
    assert [row.name for row in page.context["rows"]] == ["Ana", "Cy"]
    assert page.context["asked"].tree == {
        "any": [
            {"all": [{"field": "title", "is": "is", "value": "Seller"},
                     {"field": "owner", "is": "any_of", "value": ["me"]}]},
            {"any": [{"field": "name", "is": "begins", "value": "an"}]},
        ]
    }  # fmt: skip
    # What was built is shown again where it is built on
    again = alice.get("/acme/people/filter/", {"filter": json.dumps(page.context["asked"].tree)})
    assert again.text.count('name="joined-group"') == 2 and 'value="Seller"' in again.text
    wrong = alice.post("/acme/people/filter/", form | {"do": "apply", "value-0.0": " "})
    assert wrong.status_code == 422 and "Say which words." in wrong.text


def test_it_builds_every_sort_of_condition(world: World) -> None:
    with world.opened():
        label = Label.objects.create(kind="person", name="VIP")
        firm = make.organization("Porto Frio")
        row = make.person("Ana", "ana@santos.test", label_ids=[label.pk], organization=firm,
                          custom={"size": 44, "born": "1990-05-04", "vip": True})  # fmt: skip
        for key, type in (("size", "number"), ("born", "date"), ("vip", "yes_no")):
            Field.objects.create(kind="person", key=key, name=key, type=type)
        make.person("Bo")
    alice = world.browser(world.alice)
    for field, how, value in (
        ("labels", "any_of", [str(label.uid)]),
        ("organization", "any_of", ["porto frio"]),
        ("emails", "contains", ["santos"]),
        ("size", "between", ["40", "50"]),
        ("born", "less", ["2000-01-01"]),
        ("vip", "is", ["yes"]),
        ("title", "empty", []),
        ("visibility", "any_of", ["everyone"]),
        ("created_at", "within", ["this_year"]),
    ):
        form = {"joined-group": "all", "field-0.0": field, "was-0.0": field, "is-0.0": how,
                "value-0.0": value, "field-0.1": "name", "was-0.1": "name", "is-0.1": "is",
                "value-0.1": "Ana", "do": "apply"}  # fmt: skip
        done = alice.post("/acme/people/filter/", form)
        assert done.status_code == 204, (field, done.text)
        address = done.headers["HX-Redirect"]
        assert [each.pk for each in alice.get(address).context["rows"]] == [row.pk], field
        tree = alice.get(address).context["asked"].tree
        shown = alice.get("/acme/people/filter/", {"filter": json.dumps(tree)})
        assert all(str(each) in shown.text.lower() for each in value), field


def test_it_saves_a_view_and_opens_it(world: World) -> None:
    people(world)
    alice = world.browser(world.alice)
    query = {"filter": json.dumps(MINE), "column": ["owner", "title"], "sort": "-name"}
    page = alice.get("/acme/people/", query)
    assert [fact.name for fact in page.context["columns"]] == ["name", "owner", "title"]
    assert [row.name for row in page.context["rows"]] == ["Cy", "Ana"]
    assert "Save this view" in page.text
    saved = alice.post("/acme/people/views/", query | {"name": "My people"}, follow=True)
    assert "My people" in saved.text and not saved.context["asked"].is_changed
    assert [row.name for row in saved.context["rows"]] == ["Cy", "Ana"]
    with world.opened():
        view = View.objects.get()
    path = f"/acme/people/views/{view.uid}/"
    assert names(world, world.alice) == ["Ana", "Bo", "Cy"]
    alice.post(path, {"do": "open"})
    assert names(world, world.alice) == ["Cy", "Ana"], "the list opens with it"
    assert names(world, world.alice, view="all") == ["Ana", "Bo", "Cy"]
    assert names(world, world.alice, view=str(view.uid), filter="") == ["Cy", "Bo", "Ana"]
    changed = alice.get("/acme/people/", {"view": str(view.uid), "sort": "name"})
    assert "Save the changes" in changed.text
    alice.post(path, {"do": "save", "filter": json.dumps(MINE), "sort": "name"})
    alice.post(path, {"do": "rename", "name": "Mine"})
    with world.opened():
        view.refresh_from_db()
        assert (view.name, view.sort, view.columns) == ("Mine", "name", [])
    alice.post(path, {"do": "close"})
    alice.post(path, {"do": "delete"})
    with world.opened():
        assert not View.objects.exists() and not Opening.objects.exists()


def test_it_keeps_a_view_to_oneself_until_it_is_shared(world: World) -> None:
    people(world)
    alice, bob = world.browser(world.alice), world.browser(world.bob)
    alice.post("/acme/people/views/", {"name": "Mine", "filter": json.dumps(MINE)})
    with world.opened():
        view = View.objects.get()
    path = f"/acme/people/views/{view.uid}/"
    assert "Mine</span>" not in bob.get("/acme/people/", {"view": "all"}).text
    assert names(world, world.bob, view=str(view.uid)) == ["Ana", "Bo", "Cy"]
    assert bob.post(path, {"do": "open"}).status_code == 404
    alice.post(path, {"do": "share"})
    assert names(world, world.bob, view=str(view.uid)) == ["Bo"], "“me” is whoever looks"
    bob.post(path, {"do": "open"})
    assert names(world, world.bob) == ["Bo"]
    for do in ("save", "rename", "delete", "keep"):
        assert bob.post(path, {"do": do, "name": "Bob's"}).status_code == 404
    alice.post(path, {"do": "keep"})
    assert names(world, world.bob) == ["Ana", "Bo", "Cy"]
    charlie = world.browser(world.charlie)
    assert charlie.post(f"/globex/people/views/{view.uid}/", {"do": "open"}).status_code == 404


def test_it_filters_deals_and_organizations_alike(world: World) -> None:
    with world.opened():
        stage, other = make.pipeline()[:2]
        make.deal(stage, "Big", value=50_000)
        make.deal(other, "Small", value=10)
        make.organization("Porto Frio", domains=["porto.test"])
    alice = world.browser(world.alice)
    form = {"joined-group": "all", "field-0.0": "stage", "was-0.0": "stage", "is-0.0": "any_of",
            "value-0.0": [str(stage.uid)], "field-0.1": "value", "was-0.1": "value",
            "is-0.1": "at_least", "value-0.1": "50000", "do": "apply"}  # fmt: skip
    address = alice.post("/acme/deals/filter/", form).headers["HX-Redirect"]
    assert address.startswith("/acme/deals/list/")
    assert [row.name for row in alice.get(address).context["rows"]] == ["Big"]
    form = {"joined-group": "all", "field-0.0": "domains", "was-0.0": "domains",
            "is-0.0": "any_of", "value-0.0": "porto.test x.test", "do": "apply"}  # fmt: skip
    address = alice.post("/acme/organizations/filter/", form).headers["HX-Redirect"]
    assert [row.name for row in alice.get(address).context["rows"]] == ["Porto Frio"]


def test_it_answers_with_the_rows_alone(world: World) -> None:
    with world.opened():
        make.deal(make.pipeline()[0], "Fourteen depots")
    part = world.browser(world.alice).get("/acme/deals/list/", {"q": "depots"}, headers=HTMX)
    assert part.status_code == 200 and "<!doctype" not in part.text
    assert "Fourteen depots" in part.text


def test_it_says_what_of_a_saved_filter_is_gone(world: World) -> None:
    people(world)
    with world.opened():
        tree = {"all": [{"field": "hat", "is": "is", "value": "x"}]}
        view = View.objects.create(kind="person", name="Hats", owner=world.alice, filter=tree)
    alice = world.browser(world.alice)
    page = alice.get("/acme/people/", {"view": str(view.uid)})
    assert page.status_code == 200 and "There is no field “hat” here." in page.text
    for bad in ("[", "[1]", '"x"', '{"all": 3}', "[" * 5000):
        page = alice.get("/acme/people/", {"filter": bad})
        assert page.status_code == 200 and page.context["trouble"], bad
        assert alice.get("/acme/people/filter/", {"filter": bad}).status_code == 200
