"""Imports, exports, rules and the end of a workspace, for programs."""

import asyncio
import io
import zipfile
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from crm.contacts.models import Person
from crm.workspaces import tasks
from crm.workspaces.models import AuditEntry, Export, Role, Workspace
from tests.crm.contacts.files import PEOPLE, done
from tests.world import Api, World


def upload(api: Api, data: bytes = PEOPLE, **more: Any) -> Any:
    file = SimpleUploadedFile("people.csv", data)
    return api.client.post("/api/v1/imports/", {"file": file, **more}, headers=api.headers)


def test_it_imports_by_program(world: World) -> None:
    alice, bob, charlie = (world.api(m) for m in (world.alice, world.bob, world.charlie))
    assert upload(bob).status_code == 403
    answer = upload(alice)
    assert answer.status_code == 201 and answer.json()["state"] == "reading"
    here = f"imports/{answer.json()['id']}/"
    done()
    told = alice.get(here).json()
    assert told["state"] == "mapping" and told["kind"] == "person" and told["total"] == 5
    assert told["mapping"][4] == "emails"
    assert charlie.get(here).status_code == charlie.post(f"{here}run/").status_code == 404
    assert bob.get(here).status_code == 404
    wrong = alice.patch(here, {"mapping": ["name"], "nonsense": 1})
    assert wrong.status_code == 400
    mapping = [*told["mapping"][:6], ""]
    changed = alice.patch(here, {"mapping": mapping, "policy": "update"})
    assert changed.status_code == 200 and changed.json()["mapping"] == mapping
    assert alice.post(f"{here}trial/").status_code == 202
    done()
    assert alice.get(here).json()["counts"]["check"]["created"] == 2
    assert alice.post(f"{here}stop/").status_code == 409
    assert alice.post(f"{here}run/", key="once").status_code == 202
    assert alice.post(f"{here}run/", key="once").headers["Idempotent-Replayed"] == "true"
    done()
    told = alice.get(here).json()
    assert told["state"] == "done" and told["counts"]["created"] == 2
    failed = alice.get(f"{here}rows/", state="failed").json()["results"]
    assert [row["number"] for row in failed] == [5, 6]
    assert "not a full e-mail address" in failed[0]["said"][0]
    assert charlie.get(f"{here}rows/").status_code == 404
    assert bob.get(f"{here}rows/").status_code == 404
    assert alice.post(f"{here}undo/").status_code == 202
    done()
    with world.opened():
        assert not Person.objects.filter(trashed_at=None).exists()


def test_it_changes_the_rules_of_the_workspace(world: World) -> None:
    alice, bob = world.api(world.alice), world.api(world.bob)
    assert bob.get("workspace/policy/").status_code == 403
    assert bob.patch("workspace/policy/", {"session_hours": 8}).status_code == 403
    assert alice.patch("workspace/policy/", {"session_hours": 0}).status_code == 400
    answer = alice.patch("workspace/policy/", {"session_hours": 8})
    assert answer.status_code == 200 and answer.json()["session_hours"] == 8
    assert alice.get("workspace/policy/").json()["second_step_from"] is None
    with world.opened():
        assert AuditEntry.objects.get(verb="policy.changed").data["changed"] == ["session_hours"]


def test_it_makes_and_gives_exports(world: World) -> None:
    alice, bob, charlie = (world.api(m) for m in (world.alice, world.bob, world.charlie))
    assert bob.post("workspace/exports/").status_code == 403
    made = alice.post("workspace/exports/")
    assert made.status_code == 201
    assert alice.post("workspace/exports/").status_code == 409
    here = f"workspace/exports/{made.json()['id']}/"
    assert alice.get(f"{here}content/").status_code == 404
    with world.opened():
        export = Export.objects.get()
    tasks.export(workspace_id=world.acme.pk, export_id=export.pk)
    assert alice.get(here).json()["state"] == "ready"
    for other in (bob, charlie):
        assert other.get(here).status_code == other.get(f"{here}content/").status_code == 404
    answer = alice.get(f"{here}content/")

    async def whole() -> bytes:
        return b"".join([piece async for piece in answer.streaming_content])

    archive = zipfile.ZipFile(io.BytesIO(asyncio.run(whole())))
    assert "workspace.json" in archive.namelist()


def test_it_ends_a_workspace_by_its_name(world: World) -> None:
    alice, bob = world.api(world.alice), world.api(world.bob)
    assert bob.post("workspace/closing/", {"name": "Acme"}).status_code == 403
    assert alice.post("workspace/closing/", {"name": "acme"}).status_code == 400
    assert Workspace.objects.get(slug="acme").closed_at is None
    assert world.alice.role == Role.OWNER
    answer = alice.post("workspace/closing/", {"name": "Acme"})
    assert answer.status_code == 200 and answer.json()["erase_after"]
    assert alice.get("me/").status_code in (401, 403, 404)
    assert world.api(world.charlie).get("me/").status_code == 200
