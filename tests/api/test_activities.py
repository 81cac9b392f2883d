"""Programs plan activities, write notes and put files on records."""

from django.core.files.uploadedfile import SimpleUploadedFile

from crm.fields.models import Visibility
from tests import make
from tests.world import World


def test_it_plans_changes_finishes_and_deletes(world: World) -> None:
    with world.opened():
        deal = make.deal(make.pipeline()[0], owner=world.alice)
    api = world.api(world.alice)
    asked = {
        "subject": "Call Owen",
        "due_at": "2026-11-24T10:00:00Z",
        "minutes": 30,
        "deals": [str(deal.uid)],
    }
    made = api.post("activities/", asked)
    assert made.status_code == 201, made.content
    row = made.json()
    assert (row["due_at"], row["due_on"], row["done"]) == (
        "2026-11-24T10:00:00Z",
        "2026-11-24",
        False,
    )
    assert row["about"] == [{"kind": "deal", "id": str(deal.uid)}]
    assert row["assignee"] == str(world.alice.uid)
    here = f"activities/{row['id']}/"
    done = api.patch(here, {"done": True, "subject": "Called Owen"}).json()
    assert done["done"] and done["subject"] == "Called Owen" and done["about"] == row["about"]
    assert api.get("activities/", done="true", deal=str(deal.uid)).json()["results"] == [done]
    assert api.get("activities/", done="false").json()["results"] == []
    assert api.get("activities/", q="owen").json()["results"] == [done]
    assert api.delete(here).status_code == 204
    assert api.get(here).status_code == 404
    bulk = api.post("activities/bulk/", {"create": [{"subject": "One"}, {"subject": "Two"}]}).json()
    gone = [each["id"] for each in bulk["created"]]
    changes = {"update": [{"id": gone[0], "subject": "First"}], "delete": gone[1:]}
    told = api.post("activities/bulk/", changes).json()
    assert told["updated"][0]["subject"] == "First" and told["deleted"] == gone[1:]


def test_it_refuses_what_somebody_changed_meanwhile(world: World) -> None:
    with world.opened():
        row = make.activity("Call", assignee=world.alice)
    api = world.api(world.alice)
    here = f"activities/{row.uid}/"
    api.patch(here, {"subject": "Call again"})
    seen = {**api.headers, "If-Match": '"1"'}
    late = api.client.patch(
        f"/api/v1/{here}", '{"subject": "x"}', content_type="application/json", headers=seen
    )
    assert late.status_code == 409


def test_it_writes_notes_about_records_one_sees(world: World) -> None:
    with world.opened():
        stage = make.pipeline()[0]
        deal = make.deal(stage, owner=world.alice)
        secret = make.deal(stage, "Secret", owner=world.alice, visibility=Visibility.OWNER)
    api, bob = world.api(world.alice), world.api(world.bob)
    asked = {"html": "<p>Two <b>vans</b><script>x</script></p>", "deals": [str(deal.uid)]}
    note = api.post("notes/", asked).json()
    assert note["html"] == "<p>Two <strong>vans</strong></p>" and note["text"] == "Two vans"
    pinned = bob.patch(f"notes/{note['id']}/", {"pinned": True, "html": "Three vans"}).json()
    assert pinned["pinned"] and pinned["version"] == 2
    assert bob.post("notes/", {"html": "x", "deals": [str(secret.uid)]}).status_code == 404
    assert api.post("notes/", {"html": "x"}).status_code == 400
    assert api.post("notes/", {"html": " ", "deals": [str(deal.uid)]}).status_code == 400
    hidden = api.post("notes/", {"html": "x", "deals": [str(secret.uid)]}).json()
    assert [each["id"] for each in bob.get("notes/").json()["results"]] == [note["id"]]
    assert bob.get(f"notes/{hidden['id']}/").status_code == 404
    assert api.delete(f"notes/{note['id']}/").status_code == 204


def test_it_puts_files_on_records_and_hands_them_out(world: World) -> None:
    with world.opened():
        person = make.person("Owen", owner=world.alice)
    api = world.api(world.alice)
    form = {
        "file": SimpleUploadedFile("offer.pdf", b"%PDF", "application/pdf"),
        "kind": "person",
        "record": str(person.uid),
    }
    made = api.client.post("/api/v1/files/", form, headers=api.headers)
    assert made.status_code == 201, made.content
    file = made.json()
    assert (file["name"], file["size"]) == ("offer.pdf", 4)
    assert api.get("files/", person=str(person.uid)).json()["results"] == [file]
    got = api.get(f"files/{file['id']}/content/")
    assert got.content == b"%PDF" and got.headers["Content-Disposition"].startswith("attachment")
    assert world.api(world.charlie).get(f"files/{file['id']}/content/").status_code == 404
    lone = {"file": SimpleUploadedFile("x.txt", b"x")}
    assert api.client.post("/api/v1/files/", lone, headers=api.headers).status_code == 400
