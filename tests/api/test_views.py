"""Saved views and possible duplicates for programs."""

from crm.contacts.models import Person
from crm.fields.models import View
from tests import make
from tests.world import World

FILTER = {"all": [{"field": "title", "is": "is", "value": "Buyer"}]}


def test_it_saves_applies_changes_and_deletes_a_view(world: World) -> None:
    with world.opened():
        for name, title in (("Ana", "Buyer"), ("Bo", "Owner"), ("Cy", "Buyer")):
            make.person(name, owner=world.alice, title=title)
    alice, bob = world.api(world.alice), world.api(world.bob)
    asked = {"kind": "person", "name": "Buyers", "filter": FILTER, "sort": "-name"}
    made = alice.post("views/", {**asked, "columns": ["title"], "shared": False})
    assert made.status_code == 201
    view = made.json()
    assert (view["name"], view["sort"], view["shared"]) == ("Buyers", "-name", False)
    told = alice.get("people/", view=view["id"]).json()["results"]
    assert [row["name"] for row in told] == ["Cy", "Ana"]
    told = alice.get("people/", view=view["id"], sort="name").json()["results"]
    assert [row["name"] for row in told] == ["Ana", "Cy"]
    assert alice.get("deals/", view=view["id"]).status_code == 400
    path = f"views/{view['id']}/"
    assert (
        bob.get(path).status_code == 404 and bob.get("people/", view=view["id"]).status_code != 200
    )
    assert alice.patch(path, {"shared": True, "name": "Who buys"}).json()["shared"]
    assert [row["name"] for row in bob.get("views/", kind="person").json()["results"]] == [
        "Who buys"
    ]
    assert bob.patch(path, {"name": "Mine"}).status_code == 404
    assert bob.delete(path).status_code == 404
    nul = {"field": "title", "is": "is", "value": "a\0b"}
    for wrong in (
        {"filter": nul},
        {"filter": {"field": "no"}},
        {"columns": ["no"]},
        {"sort": "labels"},
    ):
        answer = alice.patch(path, wrong)
        assert answer.status_code == 400, wrong
        assert answer.json()["errors"][0]["field"] in wrong
    assert alice.delete(path).status_code == 204
    with world.opened():
        assert not View.objects.exists()


def test_it_lists_keeps_and_merges_duplicates(world: World) -> None:
    with world.opened():
        ana = make.person("Ana Silva", "ana@n.test", owner=world.alice)
        anna = make.person("Ana Silva", owner=world.alice, title="Buyer")
        make.person("Ana Silva", owner=world.alice, visibility="owner")
    alice, bob = world.api(world.alice), world.api(world.bob)
    pairs = alice.get("duplicates/", kind="person").json()["results"]
    wanted = {str(ana.uid), str(anna.uid)}
    pair = next(each for each in pairs if {each["first"], each["second"]} == wanted)
    assert pair["kind"] == "person" and pair["reasons"] and not pair["dismissed"]
    assert len(bob.get("duplicates/").json()["results"]) <= 1 < len(pairs)
    path = f"duplicates/{pair['id']}/"
    assert alice.post(f"{path}dismissal/", {}).json()["dismissed"]
    kept = alice.get("duplicates/", dismissed="true").json()["results"]
    assert [each["id"] for each in kept] == [pair["id"]]
    assert not alice.post(f"{path}dismissal/", {"dismissed": False}).json()["dismissed"]
    assert world.api(world.charlie).get(path).status_code == 404
    side = "first" if pair["first"] == str(ana.uid) else "second"
    done = alice.post(f"{path}merge/", {"keep": side, "take": []})
    assert done.json() == {"kind": "person", "id": str(ana.uid)}
    with world.opened():
        assert Person.objects.get(pk=anna.pk).is_trashed
    assert alice.post(f"people/{ana.uid}/unmerge/").status_code == 200
