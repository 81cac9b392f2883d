"""Taking everything along, and the end of a workspace."""

import asyncio
import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
import redis
from django.conf import settings
from django.core import mail as sent
from django.core.cache import cache
from django.db import DatabaseError, connections
from django.utils import timezone

from crm.ui import live
from crm.workspaces import actions, archive, tasks, walls
from crm.workspaces.actions.order import order
from crm.workspaces.models import (
    ErasedWorkspace,
    Export,
    ExportPiece,
    User,
    UserSession,
    Workspace,
)
from sync.models import Schedule
from tests import make
from tests.rows import Rows
from tests.world import NOW, PASSWORD, World

AT = "/acme/settings/departure/"
SECRET = "the mail password"


def exported(world: World) -> Export:
    """An export of Acme that Alice asked for, made."""
    with world.opened():
        row = actions.ask_export(by=world.alice, at=timezone.now())
    assert actions.make_export(workspace_id=world.acme.pk, export_id=row.pk)
    with world.opened():
        row.refresh_from_db()
    return row


def archive_of(world: World, row: Export) -> zipfile.ZipFile:
    with world.opened():
        pieces = ExportPiece.objects.filter(export=row).order_by("number")
        data = b"".join(bytes(piece.data) for piece in pieces)
    assert len(data) == row.size
    return zipfile.ZipFile(io.BytesIO(data))


def lines(found: zipfile.ZipFile, table: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in found.read(f"tables/{table}.jsonl").splitlines()]


@pytest.fixture
def filled(world: World) -> World:
    """Both workspaces with a row in every table, and Acme with mail besides."""
    for workspace, member in ((world.acme, world.alice), (world.globex, world.charlie)):
        with world.opened(workspace):
            Rows(member, f"canary of {workspace.slug}").fill()
    with world.opened():
        Export.objects.all().delete()
        box = make.mailbox(world.alice, address="offers@acme.test")
        make.connection(box, password=SECRET)
        make.message(box, subject="An offer", files=[("o/ffer.txt", "text/plain", b"cheap")])
        make.upload(world.alice, "plan.pdf")
    return world


def rows_of(workspace_id: int) -> dict[str, int]:
    """How many rows of a workspace each table of the database has, by looking at all of them."""
    found = {}
    with connections["system"].cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND column_name = 'workspace_id'"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT count(*) FROM {table} WHERE workspace_id = %s", [workspace_id])
            found[table] = cursor.fetchone()[0]
    return {table: count for table, count in found.items() if count}


def test_it_exports_every_row_and_every_mail_without_a_secret(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        make.connection(box, password=SECRET)
        mail = make.message(box, subject="An offer", files=[("o/ffer.txt", "text/plain", b"cheap")])
        make.upload(world.alice, "plan.pdf")
        raw = mail.blob_id
    world.api(world.alice)
    row = exported(world)
    assert row.state == Export.State.READY and row.done == row.total
    found = archive_of(world, row)
    assert found.testzip() is None
    names = set(found.namelist())
    for model in archive.tables():
        assert f"tables/{model._meta.db_table}.jsonl" in names
    assert [one["address"] for one in lines(found, "inbox_mailbox")] == ["alice@acme.test"]
    assert {one["email"] for one in lines(found, "workspaces_membership")} == {
        "alice@acme.test",
        "bob@acme.test",
    }
    (letter,) = [name for name in names if name.startswith("mail/alice@acme.test/")]
    assert b"Subject: An offer" in found.read(letter) and raw
    (file,) = [name for name in names if name.startswith("attachments/")]
    assert file.endswith("/ffer.txt") and found.read(file) == b"cheap"
    assert any(name.startswith("files/") for name in names)
    everything = b"".join(found.read(name) for name in names)
    assert SECRET.encode() not in everything and b"data_key" not in everything
    (connection,) = lines(found, "sync_connection")
    assert "password" not in connection
    (token,) = lines(found, "workspaces_apitoken")
    assert "token_hash" not in token
    assert b"globex" not in everything.lower()
    columns = json.loads(found.read("schema.json"))["inbox_message"]
    assert columns["mailbox_id"]["references"] == "inbox_mailbox"


def test_it_exports_whatever_tables_there_are(filled: World) -> None:
    found = archive_of(filled, exported(filled))
    for model in walls.walled_models():
        if model in archive.tables():
            assert lines(found, model._meta.db_table), model
    assert b"canary of globex" not in b"".join(found.read(name) for name in found.namelist())


def test_it_makes_an_export_once_whoever_rings(world: World) -> None:
    with world.opened():
        row = actions.ask_export(by=world.alice, at=timezone.now())
        Export.objects.filter(pk=row.pk).update(
            state="running", fence=1, lease_until=timezone.now() + timedelta(minutes=1)
        )
    assert actions.due_exports() == []
    assert not actions.make_export(workspace_id=world.acme.pk, export_id=row.pk)
    with world.opened():
        Export.objects.filter(pk=row.pk).update(lease_until=timezone.now() - timedelta(1))
        ExportPiece.objects.create(export=row, number=0, data=b"left by who was killed")
    assert actions.due_exports() == [(world.acme.pk, row.pk)]
    tasks.export(workspace_id=world.acme.pk, export_id=row.pk)
    with world.opened():
        row.refresh_from_db()
    assert archive_of(world, row).testzip() is None
    assert actions.due_exports() == []


def test_it_gives_up_what_killed_its_maker_three_times(world: World) -> None:
    with world.opened():
        row = actions.ask_export(by=world.alice, at=timezone.now())
        Export.objects.filter(pk=row.pk).update(state="running", fence=3)
    assert not actions.make_export(workspace_id=world.acme.pk, export_id=row.pk)
    with world.opened():
        row.refresh_from_db()
        assert row.state == Export.State.FAILED
    page = world.browser(world.alice).get(AT).content.decode()
    assert "could not be made" in page and "Make an export" in page


def test_it_gives_the_archive_to_owners_by_a_link_that_ends(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = world.browser(world.alice)
    assert alice.post(f"{AT}exports/").status_code == 302
    with world.opened():
        row = Export.objects.get()
    tasks.export(workspace_id=world.acme.pk, export_id=row.pk)
    page = alice.get(AT).content.decode()
    link = next(part.split('"')[0] for part in page.split('href="') if "archive.zip" in part)
    answer: Any = alice.get(link)
    assert answer.status_code == 200

    async def whole() -> bytes:
        return b"".join([piece async for piece in answer.streaming_content])

    data = asyncio.run(whole())
    assert zipfile.ZipFile(io.BytesIO(data)).testzip() is None
    assert link and alice.get(link.partition("?")[0]).status_code == 302
    monkeypatch.setattr("crm.workspaces.views.exports.LINK", -1)
    assert alice.get(link).status_code == 302
    assert world.browser(world.bob).get(link).status_code == 403
    with world.opened():
        Export.objects.update(expires_at=timezone.now() - timedelta(days=1))
        assert alice.get(link).status_code == 404
        assert actions.drop_exports(at=timezone.now(), most=100) == 1
        assert not ExportPiece.objects.exists()


def test_it_closes_on_the_typed_name_and_everything_stops(world: World, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    sent.outbox = []
    with world.opened():
        make.connection(make.mailbox(world.alice))
    alice, bob, api = world.browser(world.alice), world.browser(world.bob), world.api(world.bob)
    assert alice.post(f"{AT}closing/", {"name": "acme inc"}).status_code == 422
    assert bob.post(f"{AT}closing/", {"name": "Acme"}).status_code == 403
    assert alice.post(f"{AT}closing/", {"name": "Acme"}).headers["Location"] == f"{AT}closed/"
    assert [mail.to for mail in sent.outbox] == [["alice@acme.test"]]
    assert bob.get("/acme/inbox/inbox/").headers["Location"] == f"{AT}closed/"
    page = bob.get(f"{AT}closed/").content.decode()
    assert "Alice Moreira" in page and "Restore" not in page
    assert bob.get("/acme/events/").status_code == 403
    assert api.get("me").status_code == 403
    with world.opened():
        assert not Schedule.objects.filter(is_enabled=True).exists()
    assert bob.post(f"{AT}reopening/").status_code == 403
    assert "Restore" in alice.get(f"{AT}closed/").content.decode()
    assert alice.get(AT).status_code == 200
    around = {"HX-Request": "true", "HX-Current-URL": f"http://localhost:8000{AT}"}
    assert alice.get("/acme/inbox/side/", headers=around).status_code == 204
    alice.post(f"{AT}reopening/")
    assert bob.get("/acme/inbox/inbox/").status_code == 200
    with world.opened():
        assert not Schedule.objects.filter(is_enabled=False).exists()
    assert actions.due_erasures(at=timezone.now() + timedelta(days=30)) == []


def test_it_wakes_nothing_that_was_paused(world: World) -> None:
    with world.opened():
        make.connection(make.mailbox(world.alice, state="paused"))
        Schedule.objects.update(is_enabled=False)
    actions.close_workspace(workspace=world.acme, by=world.alice, at=NOW)
    with world.opened():
        actions.reopen_workspace(workspace=world.acme, by=world.alice, at=NOW)
        assert not Schedule.objects.filter(is_enabled=True).exists()


def close(world: World, *, ago: timedelta) -> None:
    with world.opened():
        actions.close_workspace(workspace=world.acme, by=world.alice, at=timezone.now() - ago)


def test_it_takes_nothing_away_before_its_time(filled: World) -> None:
    close(filled, ago=timedelta(days=13))
    before = rows_of(filled.acme.pk)
    assert actions.erase(workspace_id=filled.acme.pk, at=timezone.now()) is None
    assert rows_of(filled.acme.pk) == before
    with pytest.raises(DatabaseError, match="only ever added"), connections["system"].cursor() as c:
        c.execute("DELETE FROM workspaces_auditentry")


def test_it_leaves_nothing_behind(filled: World) -> None:
    world, acme, globex = filled, filled.acme.pk, filled.globex.pk
    alice = world.browser(world.alice)
    alice.get("/acme/inbox/inbox/")
    shared = actions.create_user(email="dana@both.test", password=PASSWORD, name="Dana")
    for workspace in (world.acme, world.globex):
        actions.add_member(workspace=workspace, user=shared, role="member", at=NOW)
    live.publish(workspace_id=acme, members=[world.alice.pk], topic="x")
    live.publish(workspace_id=globex, members=[world.charlie.pk], topic="x")
    cache.set(f"picture:{acme}:x", b"x", 60)
    exported(world)
    theirs = rows_of(globex)
    assert len(rows_of(acme)) >= len(walls.walled_models())
    close(world, ago=timedelta(days=15))
    assert actions.due_erasures(at=timezone.now()) == [acme]
    tasks.erase(workspace_id=acme)
    assert rows_of(acme) == {}
    assert not Workspace.objects.filter(pk=acme).exists()
    assert rows_of(globex) == theirs
    left = set(User.objects.values_list("email", flat=True))
    assert left == {"charlie@globex.test", "dana@both.test"}
    assert not UserSession.objects.exists()
    assert alice.get("/globex/").status_code == 302
    keys = list(redis.Redis.from_url(settings.REDIS_URL).scan_iter())
    assert not [key for key in keys if f":{acme}:".encode() in key], keys
    assert [key for key in keys if f"fio:live:{globex}:".encode() in key]
    kept = ErasedWorkspace.objects.get()
    assert (kept.slug, kept.closed_by) == ("acme", "Alice Moreira <alice@acme.test>")
    assert kept.erased_at is not None and kept.counts["inbox_message"] > 0
    assert kept.audit_length == kept.counts["workspaces_auditentry"]


def test_it_goes_on_where_it_was_interrupted(
    filled: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    close(filled, ago=timedelta(days=15))
    steps = order()
    monkeypatch.setattr("crm.workspaces.actions.erasing.order", lambda: [*steps[:4], [object]])
    with pytest.raises(AttributeError):
        actions.erase(workspace_id=filled.acme.pk, at=timezone.now())
    monkeypatch.undo()
    counts = ErasedWorkspace.objects.get().counts
    actions.erase(workspace_id=filled.acme.pk, at=timezone.now())
    assert rows_of(filled.acme.pk) == {}
    assert ErasedWorkspace.objects.get().counts == counts


def test_it_takes_tables_in_an_order_that_no_key_forbids(db: None) -> None:
    place = {model: at for at, step in enumerate(order()) for model in step}
    assert set(place) == set(walls.walled_models())
    for model in walls.walled_models():
        for field in walls.links(model):
            target = field.related_model
            if target in place:
                assert place[model] <= place[target], field


def test_it_offers_no_place_in_a_closed_workspace(world: World) -> None:
    _offer, secret = actions.invite(
        email="dana@acme.test", role="member", by=world.alice, at=timezone.now()
    )
    visitor = world.browser(world.charlie)
    assert visitor.get(f"/invitations/{secret}/").status_code == 200
    close(world, ago=timedelta(0))
    assert visitor.get(f"/invitations/{secret}/").status_code == 404
