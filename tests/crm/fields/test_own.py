"""A workspace adds fields of its own: each type on pages, in filters, lists and for programs."""

import json
from typing import Any

import pytest

from crm.contacts.models import Organization, Person
from crm.deals.models import Deal
from crm.fields.models import Field
from crm.timeline.models import Event
from tests import make
from tests.world import World

PATH = "/acme/settings/fields/"


def add(world: World, kind: str, name: str, type: str, options: str = "") -> Field:
    form = {"name": name, "type": type, "options": options}
    page = world.browser(world.alice).post(f"{PATH}?kind={kind}", form, follow=True)
    assert page.status_code == 200, page.text
    with world.opened():
        found: Field = Field.objects.get(kind=kind, name=name, removed_at=None)
    return found


# (type, what a form says, what is shown, what is kept, how it is asked for, how it is not)
TYPES: dict[str, tuple[dict[str, Any], str, Any, Any, Any]] = {
    "text": ({"value": "Ação"}, "Ação", "Ação", ("contains", "acao"), ("is", "x")),
    "long_text": ({"value": "one\ntwo"}, "two", "one\ntwo", ("begins", "one"), ("begins", "two")),
    "number": ({"value": "14.5"}, "14.5", 14.5, ("more", 14), ("less", 14)),
    "money": (
        {"value": "48600", "currency": "gbp"},
        "£48,600",
        {"amount": "48600", "currency": "GBP"},
        ("between", [1, 50000]),
        ("more", 48600),
    ),
    "date": ({"value": "2026-12-04"}, "4", "2026-12-04", ("is", "2026-12-04"), ("within", "past")),
    "date_range": (
        {"from": "2026-12-01", "to": "2026-12-24"},
        "24",
        {"from": "2026-12-01", "to": "2026-12-24"},
        ("not_empty", None),
        ("empty", None),
    ),
    "phone": (
        {"value": "+55 11 3210-4321"},
        "+55 11 3210-4321",
        "+551132104321",
        ("begins", "+55"),
        ("begins", "+44"),
    ),
    "address": (
        {"value": "1 Quay\nLeeds"},
        "Leeds",
        "1 Quay\nLeeds",
        ("contains", "leeds"),
        ("is", "x"),
    ),
    "yes_no": ({"value": "yes"}, "Yes", True, ("is", True), ("is", False)),
    "link": (
        {"value": "northwind.test"},
        'href="https://northwind.test"',
        "https://northwind.test",
        ("contains", "northwind"),
        ("contains", "southwind"),
    ),
}


@pytest.mark.parametrize("type", TYPES)
def test_it_keeps_shows_and_finds_a_value(world: World, type: str) -> None:
    form, shown, kept, asked, not_asked = TYPES[type]
    field = add(world, "person", "Knows", type)
    assert field.key == "knows"
    with world.opened():
        row = make.person("Ana")
        make.person("Bo")
    alice = world.browser(world.alice)
    editor = alice.get(f"/acme/people/{row.uid}/facts/knows/", {"edit": "1"})
    assert editor.status_code == 200 and "<form" in editor.text
    told = alice.post(f"/acme/people/{row.uid}/facts/knows/", form | {"version": "1"})
    assert told.status_code == 200 and shown in told.text
    assert shown in alice.get(f"/acme/people/{row.uid}/").text
    with world.opened():
        assert Person.objects.get(pk=row.pk).custom == {"knows": kept}
    api = world.api(world.alice)
    assert api.get(f"people/{row.uid}/").json()["custom"] == {"knows": kept}
    for (how, value), count in ((asked, 1), (not_asked, 0)):
        tree = {"all": [{"field": "knows", "is": how, "value": value},
                        {"field": "name", "is": "is", "value": "Ana"}]}  # fmt: skip
        page = alice.get("/acme/people/", {"filter": json.dumps(tree)})
        assert len(page.context["rows"]) == count, (how, page.context["trouble"])
        found = api.get("people/", filter=json.dumps(tree)).json()["results"]
        assert len(found) == count
    again = api.patch(f"people/{row.uid}/", {"custom": {"knows": kept}})
    assert again.status_code == 200 and again.json()["version"] == 2
    emptied = api.patch(f"people/{row.uid}/", {"custom": {"knows": None}}).json()
    assert emptied["custom"] == {}


def test_it_chooses_one_and_several(world: World) -> None:
    size = add(world, "organization", "Size", "choice", "Small\nLarge")
    uses = add(world, "organization", "Uses", "choices", "Fax\nMail\nPost")
    with world.opened():
        row = make.organization()
    (small, large), (fax, mail, _post) = (
        [option["key"] for option in field.options] for field in (size, uses)
    )
    alice = world.browser(world.alice)
    path = f"/acme/organizations/{row.uid}/facts"
    assert "Large" in alice.post(f"{path}/size/", {"value": large}).text
    assert "Fax, Mail" in alice.post(f"{path}/uses/", {"value": [fax, mail]}).text
    assert alice.post(f"{path}/size/", {"value": "medium"}).status_code == 422
    api = world.api(world.alice)
    for field, how, value, count in (
        ("size", "any_of", [large], 1),
        ("size", "any_of", [small], 0),
        ("uses", "all_of", [fax, mail], 1),
        ("uses", "none_of", [fax], 0),
    ):
        tree = json.dumps({"field": field, "is": how, "value": value})
        assert len(api.get("organizations/", filter=tree).json()["results"]) == count
    # A choice that is offered no more stays where it is
    choices = f"{PATH}{size.uid}/choices/"
    alice.post(f"{choices}{large}/", {"as": "gone"})
    assert "Large" in alice.get(f"/acme/organizations/{row.uid}/").text
    assert "Large" not in alice.get(f"{path}/size/", {"edit": "1"}).text
    assert alice.post(f"{path}/size/", {"value": large}).status_code == 422
    alice.post(f"{choices}{large}/", {"as": "back"})
    alice.post(f"{choices}{small}/", {"name": "Tiny", "hue": "sky"})
    alice.post(choices, {"name": "Huge", "hue": "leaf"})
    taken = alice.post(choices, {"name": "tiny"})
    assert taken.status_code == 422 and "There is a choice named tiny already." in taken.text
    alice.post(choices, {"uid": [large, small]})
    with world.opened():
        names = [option["name"] for option in Field.objects.get(pk=size.pk).options]
        assert names == ["Large", "Tiny", "Huge"]


def test_it_refers_to_people_organizations_and_colleagues(world: World) -> None:
    for name, type in (("Found by", "person"), ("Partner", "organization"), ("Helper", "member")):
        add(world, "deal", name, type)
    with world.opened():
        deal = make.deal(make.pipeline()[0])
        ana = make.person("Ana")
    alice = world.browser(world.alice)
    path = f"/acme/deals/{deal.uid}/facts"
    assert "Ana" in alice.post(f"{path}/found_by/", {"value": "Ana"}).text
    assert 'value="Ana"' in alice.get(f"{path}/found_by/", {"edit": "1"}).text
    assert "Porto Frio" in alice.post(f"{path}/partner/", {"value": "Porto Frio"}).text
    assert "Bob Lindqvist" in alice.post(f"{path}/helper/", {"value": str(world.bob.uid)}).text
    with world.opened():
        firm = Organization.objects.get()
        kept = Deal.objects.get().custom
        assert kept == {
            "found_by": str(ana.uid), "partner": str(firm.uid), "helper": str(world.bob.uid)
        }  # fmt: skip
    page = alice.get(f"/acme/deals/{deal.uid}/").text
    assert "Porto Frio" in page and "Ana" in page
    api = world.api(world.alice)
    for field, value in kept.items():
        tree = json.dumps({"field": field, "is": "any_of", "value": [value]})
        assert len(api.get("deals/", filter=tree).json()["results"]) == 1, field


def test_it_asks_for_what_must_always_be_filled(world: World) -> None:
    field = add(world, "person", "Language", "text")
    alice = world.browser(world.alice)
    alice.post(f"{PATH}{field.uid}/", {"name": "Language", "is_required": "on"})
    assert "Language" in alice.get("/acme/people/new/").text
    lacking = alice.post("/acme/people/new/", {"name": "Ana"})
    assert lacking.status_code == 422 and "This cannot be empty." in lacking.text
    made = alice.post("/acme/people/new/", {"name": "Ana", "own-language-value": "pt"})
    assert made.status_code == 302
    with world.opened():
        row = Person.objects.get()
        assert row.custom == {"language": "pt"}
    assert alice.post(f"/acme/people/{row.uid}/facts/language/", {"value": ""}).status_code == 422
    api = world.api(world.alice)
    told = api.post("people/", {"name": "Bo"})
    assert told.status_code == 400 and told.json()["errors"][0]["field"] == "custom.language"
    told = api.patch(f"people/{row.uid}/", {"custom": {"language": None}})
    assert told.status_code == 400 and told.json()["errors"][0]["code"] == "required"
    assert api.post("people/", {"name": "Bo", "custom": {"language": "no"}}).status_code == 201


def test_it_asks_in_the_stages_that_need_it(world: World) -> None:
    field = add(world, "deal", "Depots", "number")
    with world.opened():
        first, second = make.pipeline()[:2]
        deal = make.deal(first, "Brightmoor")
    alice = world.browser(world.alice)
    page = alice.get(f"{PATH}{field.uid}/")
    assert f"{second.pipeline.name}: {second.name}" in page.text
    alice.post(f"{PATH}{field.uid}/", {"name": "Depots", "required_in": [str(second.pk)]})
    move = {"to": str(second.uid), "version": "1"}
    told = alice.post(f"/acme/deals/{deal.uid}/stage/", move)
    assert told.status_code == 422 and "Depots" in told.text
    alice.post(f"/acme/deals/{deal.uid}/facts/depots/", {"value": "14"})
    assert alice.post(f"/acme/deals/{deal.uid}/stage/", {"to": str(second.uid)}).status_code == 204
    emptied = alice.post(f"/acme/deals/{deal.uid}/facts/depots/", {"value": ""})
    assert emptied.status_code == 422 and "must be filled where the record stands" in emptied.text
    api = world.api(world.alice)
    assert api.patch(f"deals/{deal.uid}/", {"custom": {"depots": None}}).status_code == 400
    # A new deal in that stage is asked for it by name, and made with it
    form = {"name": "Other", "currency": "EUR", "stage": str(second.uid)}
    asked = alice.post("/acme/deals/new/", form)
    assert asked.status_code == 422 and "Fill these in first: Depots." in asked.text
    assert 'name="own-depots-value"' in asked.text
    assert alice.post("/acme/deals/new/", form | {"own-depots-value": "3"}).status_code == 302


def test_it_orders_renames_archives_and_takes_up_fields(world: World) -> None:
    first, second = add(world, "person", "Shoe size", "number"), add(world, "person", "Hat", "text")
    alice = world.browser(world.alice)
    alice.post(f"{PATH}order/?kind=person", {"uid": [str(second.uid), str(first.uid)]})
    names = [row.name for row in alice.get(f"{PATH}?kind=person").context["fields"]]
    assert names == ["Hat", "Shoe size"]
    alice.post(f"{PATH}{first.uid}/", {"name": "Size of shoes"})
    with world.opened():
        row = make.person("Ana", custom={"shoe_size": 44})
    assert 'id="fact-shoe_size"' in alice.get(f"/acme/people/{row.uid}/").text
    for taken in ("Hat", "name", "E-MAIL"):
        told = alice.post(f"{PATH}{first.uid}/", {"name": taken})
        assert told.status_code == 422 and "already" in told.text, taken
    alice.post(f"{PATH}{first.uid}/archive/", {"as": "archived"})
    assert 'id="fact-shoe_size"' not in alice.get(f"/acme/people/{row.uid}/").text
    add(world, "person", "Size of shoes", "text")
    alice.post(f"{PATH}{first.uid}/archive/", {"as": "used"})
    with world.opened():
        assert Field.objects.get(pk=first.pk).removed_at is not None, "its name is taken by now"
        assert Field.objects.get(name="Size of shoes", removed_at=None).key == "size_of_shoes"
        assert Person.objects.get().custom == {"shoe_size": 44}
        assert Event.objects.filter(verb__startswith="field.", by=world.alice).count() >= 5


def test_it_lets_those_who_administer_set_up_fields(world: World) -> None:
    field = add(world, "person", "Hat", "text")
    bob = world.browser(world.bob)
    for path in (PATH, f"{PATH}{field.uid}/"):
        assert bob.get(path).status_code == 403
        assert bob.post(path, {"name": "Mine", "type": "text"}).status_code == 403
    charlie = world.browser(world.charlie)
    assert charlie.get(f"/globex/settings/fields/{field.uid}/").status_code == 404
    bad = world.browser(world.alice).post(
        f"{PATH}?kind=person", {"name": "Colour", "type": "choice"}
    )
    assert bad.status_code == 422 and "Give at least one choice." in bad.text
    with world.opened():
        assert Field.objects.count() == 1


def test_it_names_fields_to_programs(world: World) -> None:
    api = world.api(world.alice)
    body = {"kind": "person", "name": "Shirt size", "type": "choice", "options": ["S", "M"]}
    told = api.post("fields/", body)
    assert told.status_code == 201 and told.json()["key"] == "shirt_size"
    key = told.json()["options"][1]["key"]
    row = api.post("people/", {"name": "Ana", "custom": {"Shirt size": key}}).json()
    assert row["custom"] == {"shirt_size": key}
    wrong = api.patch(f"people/{row['id']}/", {"custom": {"Hat": "x"}})
    assert wrong.status_code == 400 and wrong.json()["errors"][0]["field"] == "custom.Hat"
    taken = api.post("fields/", body)
    assert taken.status_code == 400 and "already" in taken.json()["detail"]
    path = f"fields/{told.json()['id']}/"
    assert api.patch(path, {"required": True}).json()["required"] is True
    assert world.api(world.bob).patch(path, {"required": False}).status_code == 403
    assert api.delete(path).status_code == 204 and api.get(path).status_code == 404
    assert api.get(f"people/{row['id']}/").json()["custom"] == {"shirt_size": key}


def test_it_gives_one_value_to_many(world: World) -> None:
    add(world, "person", "Born", "date")
    with world.opened():
        rows = [make.person(f"Person {n}", title="Old") for n in range(3)]
    alice = world.browser(world.alice)
    form = alice.get("/acme/people/bulk/fact/", {"fact": "born"})
    assert form.status_code == 200 and 'type="date"' in form.text
    checked = {"uid": [str(row.uid) for row in rows[:2]]}
    wrong = alice.post("/acme/people/bulk/", checked | {"fact": "born", "value": "soon"})
    assert wrong.status_code == 422 and "This is not a date." in wrong.text
    done = alice.post("/acme/people/bulk/", checked | {"fact": "born", "value": "1990-05-04"})
    assert "2 records changed" in done.headers["HX-Trigger"]
    undo = json.loads(done.headers["HX-Trigger"])["fio:said"]["undo"]
    alice.post("/acme/people/bulk/", checked | {"fact": "title", "value": "Buyer"})
    with world.opened():
        kept = sorted(Person.objects.values_list("custom__born", "title"), key=str)
        assert kept == [("1990-05-04", "Buyer"), ("1990-05-04", "Buyer"), (None, "Old")]
    assert "0 records are as they were" in alice.post(undo).headers["HX-Trigger"]
    for name in ("name", "owner", "emails", "hat"):
        told = alice.post("/acme/people/bulk/", checked | {"fact": name, "value": "x"})
        assert told.status_code == 404, name


def test_it_takes_back_what_was_given_to_many(world: World) -> None:
    add(world, "person", "Born", "date")
    with world.opened():
        rows = [make.person("Ana", custom={"born": "2000-01-01"}), make.person("Bo")]
    alice = world.browser(world.alice)
    checked = {"uid": [str(row.uid) for row in rows]}
    done = alice.post("/acme/people/bulk/", checked | {"fact": "born", "value": "1990-05-04"})
    undo = json.loads(done.headers["HX-Trigger"])["fio:said"]["undo"]
    assert "2 records are as they were" in alice.post(undo).headers["HX-Trigger"]
    with world.opened():
        kept = dict(Person.objects.values_list("name", "custom"))
        assert kept == {"Ana": {"born": "2000-01-01"}, "Bo": {}}
