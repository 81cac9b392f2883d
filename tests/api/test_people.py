"""People for programs."""

import json
from datetime import timedelta
from typing import Any

from django.db import connections

from crm.contacts.models import Person
from crm.fields.models import Field, Label
from inbox.models import ThreadLink
from tests import make
from tests.world import NOW, World

DANA = {
    "name": "Dana Whitfield",
    "emails": [
        {"address": "Dana@Northwind.test", "label": "work"},
        {"address": "dana@home.test", "primary": True},
    ],
}


def test_it_makes_reads_changes_and_deletes_a_person(world: World) -> None:
    api = world.api(world.alice)
    answer = api.post("people/", DANA)
    told = answer.json()
    assert answer.status_code == 201
    assert told["owner"] == str(world.alice.uid)
    assert told["emails"] == [
        {"address": "dana@home.test", "label": "", "primary": True},
        {"address": "dana@northwind.test", "label": "work", "primary": False},
    ]
    path = f"people/{told['id']}/"
    assert api.get(path).json() == told
    changed = api.patch(path, {"name": "Dana W.", "owner": str(world.bob.uid)}).json()
    assert (changed["name"], changed["owner"]) == ("Dana W.", str(world.bob.uid))
    assert changed["emails"] == told["emails"]
    half = api.patch(path, {"emails": [{"label": "x"}, {}]})
    assert half.status_code == 400
    assert half.json()["errors"][0]["field"] == "emails[0].address"
    assert api.patch(path, {"emails": []}).json()["emails"] == []
    assert api.delete(path).status_code == 204
    assert api.get(path).status_code == 404


def test_it_gives_an_address_to_one_person_only(world: World) -> None:
    api = world.api(world.alice)
    api.post("people/", DANA)
    answer = api.post("people/", {"name": "Eva", "emails": [{"address": "DANA@home.test"}]})
    assert answer.status_code == 409
    with world.opened():
        assert Person.objects.count() == 1


def test_it_finds_people_by_name_and_address(world: World) -> None:
    with world.opened():
        make.person("José Álvarez", "jose@sur.test")
        make.person("Dana Whitfield", "dana@northwind.test")
    api = world.api(world.alice)

    def names(q: str) -> list[str]:
        return [row["name"] for row in api.get("people/", q=q).json()["results"]]

    assert names("jose") == names("ALVAREZ") == names("sur.test") == ["José Álvarez"]
    assert names("100%") == names("_") == []
    assert len(names("")) == 2


def test_it_tells_who_changed_since(world: World) -> None:
    with world.opened():
        make.person("Old")
        newer = make.person("Newer")
        Person.objects.filter(pk=newer.pk).update(updated_at=NOW + timedelta(hours=1))
    api = world.api(world.alice)
    since = api.get("people/", updated_since="2026-11-20T10:00:00Z").json()["results"]
    assert [row["name"] for row in since] == ["Newer"]
    assert api.get("people/", updated_since="yesterday").status_code == 400


def test_it_changes_many_at_once_or_none(world: World) -> None:
    with world.opened():
        old, gone = make.person("Old", "old@x.test"), make.person("Gone", "gone@x.test")
    api = world.api(world.alice)
    asked = {
        "create": [{"name": "New", "emails": [{"address": "gone@x.test"}]}],
        "update": [{"id": str(old.uid), "name": "Older"}],
        "delete": [str(gone.uid)],
    }
    told = api.post("people/bulk/", asked).json()
    assert [row["name"] for row in told["created"]] == ["New"]
    assert told["updated"][0]["emails"][0]["address"] == "old@x.test"
    assert told["deleted"] == [str(gone.uid)]
    again = {"create": [{"name": "A"}, {"name": "B", "emails": [{"address": "old@x.test"}]}]}
    assert api.post("people/bulk/", again).status_code == 409
    many = {"create": [{"name": f"P{n}"} for n in range(201)]}
    assert api.post("people/bulk/", many).status_code == 400
    with world.opened():
        left = Person.objects.filter(trashed_at=None)
        assert set(left.values_list("name", flat=True)) == {"New", "Older"}


def test_it_links_the_mail_that_a_new_person_wrote_before(world: World) -> None:
    with world.opened():
        row = make.message(make.mailbox(world.alice))
    api = world.api(world.alice)
    made = api.post(
        "people/", {"name": "Dana", "emails": [{"address": "dana@northwind.test"}]}
    ).json()
    with world.opened():
        assert ThreadLink.objects.filter(thread=row.thread).exists()
    (link,) = api.get(f"threads/{row.thread.uid}/").json()["links"]
    assert (link["kind"], link["id"]) == ("person", made["id"])
    assert (link["why"], link["automatic"]) == ("dana@northwind.test", True)
    assert link["reason"] == "dana@northwind.test takes part." and link["messages"] == []
    (found,) = api.get("threads/", person=made["id"]).json()["results"]
    assert found["id"] == str(row.thread.uid)


def test_it_counts_queries_of_a_list(world: World, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    with world.opened():
        box = make.mailbox(world.alice)
        for number in range(5):
            make.person(f"P{number}", f"p{number}@x.test", owner=world.alice)
            make.message(box, subject=f"S{number}", files=[("a", "text/plain", b"x")])
    api = world.api(world.alice)
    for path in ("people/", "messages/", "threads/", "ledger/", "mailboxes/", "folders/"):
        with django_assert_max_num_queries(16, connection=connections["default"]):
            assert api.get(path).status_code == 200


def test_it_takes_what_it_gave(world: World) -> None:
    with world.opened():
        Label.objects.create(kind="person", name="Fair")
        Field.objects.create(kind="person", key="seats", name="Seats", type="number")
    api = world.api(world.alice)
    firm = api.post("organizations/", {"name": "Northwind", "domains": ["Northwind.test"]}).json()
    asked = {
        "name": "Dana",
        "phones": [{"number": "+44 20 7946 0018", "label": "work"}],
        "organization": firm["id"],
        "title": "Head of buying",
        "labels": ["fair"],
        "visibility": "team",
        "custom": {"seats": 14},
    }
    told = api.post("people/", asked).json()
    assert told["phones"][0]["number"] == "+442079460018"
    assert (told["labels"], told["custom"]) == (["Fair"], {"seats": 14})
    assert (told["organization"], told["visibility"]) == (firm["id"], "team")
    path = f"people/{told['id']}/"
    assert api.patch(path, {"custom": {"seats": None}}).json()["custom"] == {}
    for wrong in ({"labels": ["none"]}, {"custom": {"shoes": 1}}, {"custom": {"seats": "x"}}):
        assert api.patch(path, wrong).status_code == 400
    (found,) = api.get("people/", organization=firm["id"]).json()["results"]
    assert found["name"] == "Dana"


def test_it_tells_the_second_of_two_who_change_at_once(world: World) -> None:
    with world.opened():
        row = make.person("Ana")
    alice, bob = world.api(world.alice), world.api(world.bob)
    read = alice.get(f"people/{row.uid}/")
    assert read.headers["ETag"] == '"1"' and read.json()["version"] == 1

    def change(api: Any, name: str, seen: str) -> Any:
        headers = {**api.headers, "If-Match": seen}
        body = json.dumps({"name": name})
        return api.client.patch(
            f"/api/v1/people/{row.uid}/", body, "application/json", headers=headers
        )

    assert change(alice, "Ana A.", '"1"').json()["version"] == 2
    late = change(bob, "Ana B.", '"1"')
    assert late.status_code == 409 and "name" in late.json()["detail"]
    assert change(bob, "Ana B.", "soon").status_code == 400
    assert change(bob, "Ana B.", '"2"').status_code == 200


def test_it_keeps_a_trash(world: World) -> None:
    api = world.api(world.alice)
    told = api.post("people/", DANA).json()
    api.delete(f"people/{told['id']}/")
    assert api.get("people/").json()["results"] == []
    (gone,) = api.get("people/", trashed="true").json()["results"]
    assert gone["id"] == told["id"]
    back = api.post(f"people/{told['id']}/restore/").json()
    assert back["emails"] == told["emails"]
    assert api.get(f"people/{told['id']}/").status_code == 200


def test_it_does_not_name_somebody_hidden_for_an_address(world: World) -> None:
    with world.opened():
        make.person("Secret Sam", "sam@northwind.test", owner=world.alice, visibility="owner")
        mine = make.person("Mine")
    asked = {"name": "Sam", "emails": [{"address": "sam@northwind.test"}]}
    alice, bob = world.api(world.alice), world.api(world.bob)
    for send, path in (("post", "people/"), ("patch", f"people/{mine.uid}/")):
        told = getattr(bob, send)(path, asked)
        assert told.status_code == 409 and "belongs to somebody else here" in told.text
        assert "Secret" not in told.text
        assert "belongs to Secret Sam" in getattr(alice, send)(path, asked).text
