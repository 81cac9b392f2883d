"""The audit log: everything that bears on who may do and see what, and nobody changes it."""

import csv
import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connections, transaction
from django.test import Client

from crm.workspaces import actions, sheets
from crm.workspaces.models import ApiToken, AuditEntry, Invitation, Role
from inbox.actions import triage
from sync.actions import choosing, connect, pausing
from tests import make
from tests.conftest import superuser
from tests.world import NOW, PASSWORD, World


def entries(world: World, **which: Any) -> list[AuditEntry]:
    rows: Any = AuditEntry.unwalled.filter(workspace=world.acme, **which)
    return list(rows.order_by("number"))


def verbs(world: World) -> list[str]:
    return [entry.verb for entry in entries(world)]


def visitor() -> Client:
    return Client(SERVER_NAME="localhost", SERVER_PORT="8000")


def test_it_tells_of_signing_in_and_of_failing_to(world: World) -> None:
    browser = visitor()
    form = {"login": "alice@acme.test", "password": "wrong, wrong, wrong"}
    browser.post("/accounts/login/", form, REMOTE_ADDR="203.0.113.9")
    browser.post("/accounts/login/", form | {"password": PASSWORD}, REMOTE_ADDR="203.0.113.9")
    failed, signed_in = entries(world)[-2:]
    assert (failed.verb, failed.kind, failed.about) == ("sign_in.failed", "fio", "alice@acme.test")
    assert (signed_in.verb, signed_in.who) == ("sign_in.succeeded", "Alice Moreira")
    assert {failed.address, signed_in.address} == {"203.0.113.9"}
    theirs: Any = AuditEntry.unwalled.filter(workspace=world.globex)
    assert not theirs.filter(verb__startswith="sign").exists()


def test_it_tells_once_that_somebody_had_to_wait(world: World, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {}
    browser = visitor()
    form = {"login": "alice@acme.test", "password": "wrong, wrong, wrong"}
    said = [browser.post("/accounts/login/", form).content.decode() for _try in range(8)]
    assert "Try again in 5 minutes" in said[-1]
    assert verbs(world).count("sign_in.failed") == 5
    assert verbs(world).count("sign_in.blocked") == 1


def test_it_tells_of_members_roles_invitations_and_teams(world: World) -> None:
    alice = world.browser(world.alice)
    alice.post("/acme/settings/invitations/", {"email": "dana@acme.test", "role": "manager"})
    offer = Invitation.objects.get()
    alice.post(f"/acme/settings/invitations/{offer.uid}/revocation/")
    alice.post(f"/acme/settings/members/{world.bob.uid}/role/", {"role": "admin"})
    alice.post(f"/acme/settings/members/{world.bob.uid}/deactivation/")
    alice.post(f"/acme/settings/members/{world.bob.uid}/reactivation/")
    alice.post("/acme/settings/teams/", {"name": "Sales", "members": [str(world.bob.uid)]})
    assert verbs(world)[-6:] == [
        "invitation.sent",
        "invitation.revoked",
        "member.role_changed",
        "member.deactivated",
        "member.reactivated",
        "team.created",
    ]
    changed = entries(world, verb="member.role_changed")[0]
    assert changed.by_id == world.alice.pk
    assert (changed.about, changed.data) == ("Bob Lindqvist", {"from": "member", "to": "admin"})


def test_it_tells_which_token_a_program_used(world: World) -> None:
    api = world.api(world.alice)
    api.patch("workspace/", {"name": "Acme GmbH"})
    renamed = entries(world, verb="workspace.renamed")[0]
    assert (renamed.kind, renamed.data) == ("program", {"from": "Acme", "token": "test"})
    token = ApiToken.objects.get()
    actions.revoke_token(token=token, by=world.alice, at=NOW)
    actions.revoke_token(token=token, by=world.alice, at=NOW)
    assert verbs(world).count("token.revoked") == 1


def test_it_tells_of_mailboxes_and_of_what_is_shared(world: World) -> None:
    servers = connect.Servers("imap.acme.test", 993, "smtp.acme.test", 465, "alice")
    with world.opened():
        box = connect.connect_mailbox(
            by=world.alice, address="alice@acme.test", servers=servers, password="x", at=NOW
        )
        choosing.change_options(by=world.alice, mailbox=box, at=NOW, visibility="shared")
        mail = make.message(box)
        triage.change_visibility(
            thread=mail.thread, mailbox=box, visibility="private", by=world.alice, at=NOW
        )
        pausing.delete(by=world.alice, mailbox=box, at=NOW)
    assert verbs(world)[-4:] == [
        "mailbox.connected",
        "mailbox.changed",
        "thread.visibility_changed",
        "mailbox.disconnected",
    ]
    assert {entry.about for entry in entries(world)[-4:]} == {"alice@acme.test"}


def test_it_keeps_nothing_of_what_was_undone(world: World) -> None:
    before = verbs(world)
    with transaction.atomic("system"):
        actions.issue_token(member=world.alice, name="x", scopes=[], at=NOW)
        transaction.set_rollback(True, using="system")
    assert verbs(world) == before


@pytest.mark.parametrize("role", ["default", "system"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE workspaces_auditentry SET who = 'nobody'",
        "DELETE FROM workspaces_auditentry",
        "TRUNCATE workspaces_auditentry",
    ],
)
def test_it_is_changed_by_no_role(world: World, role: str, statement: str) -> None:
    before = entries(world)
    with pytest.raises(DatabaseError), world.opened(), connections[role].cursor() as cursor:
        cursor.execute(statement)
    assert entries(world) == before


def test_it_numbers_and_chains_whatever_is_written_past_us(world: World) -> None:
    with world.opened(), connections["default"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO workspaces_auditentry (workspace_id, uid, number, at, verb, kind, who,"
            " about, data, address, previous, hash) VALUES (%s, gen_random_uuid(), 77, now(),"
            " 'x', 'fio', '', '', '{}', '', 'forged', 'forged')",
            [world.acme.pk],
        )
    last = entries(world)[-1]
    assert last.number == len(entries(world))
    call_command("check_audit", verbosity=0)


def test_it_finds_the_entry_that_a_superuser_changed(world: World) -> None:
    actions.issue_token(member=world.alice, name="x", scopes=[], at=NOW)
    for statement, found in (
        ("UPDATE workspaces_auditentry SET who = 'Mallory' WHERE number = 1", "entry 1 was chan"),
        ("DELETE FROM workspaces_auditentry WHERE number = 1", "entry 1 is missing"),
    ):
        with superuser().transaction():
            superuser().execute("SET LOCAL session_replication_role = replica")
            superuser().execute(f"{statement} AND workspace_id = {world.acme.pk}")
        told = io.StringIO()
        with pytest.raises(CommandError, match="1 audit log"):
            call_command("check_audit", stdout=told)
        assert f"acme {entries(world)[-1].number}" in told.getvalue()
        assert found in told.getvalue()
        assert "globex 1" in told.getvalue() and told.getvalue().count("whole") == 1


def test_it_does_not_wait_for_itself(world: World) -> None:
    with world.opened():
        actions.note("mailbox.paused", by=world.alice, at=NOW, about="x")
        actions.issue_token(member=world.alice, name="x", scopes=[], at=NOW)
    assert verbs(world)[-2:] == ["mailbox.paused", "token.made"]


def test_it_is_read_by_owners_and_admins(world: World) -> None:
    alice, bob = world.browser(world.alice), world.browser(world.bob)
    page = alice.get("/acme/settings/audit/").content.decode()
    assert "Made the workspace" in page and "Alice Moreira" in page
    assert bob.get("/acme/settings/audit/").status_code == 403
    actions.change_role(member=world.bob, role=Role.ADMIN, by=world.alice, at=NOW)
    page = bob.get("/acme/settings/audit/", {"what": "member"}).content.decode()
    assert "Changed the role of Bob Lindqvist from Member to Admin" in page
    assert "Made the workspace" not in page
    nobody = bob.get("/acme/settings/audit/", {"member": str(world.bob.uid)}).content.decode()
    assert "Nothing like that" in nobody
    old = bob.get("/acme/settings/audit/", {"until": "2026-01-01"}).content.decode()
    assert "Nothing like that" in old
    charlie = world.browser(world.charlie).get("/globex/settings/audit/").content.decode()
    assert "Alice" not in charlie and "Made the workspace" in charlie


def test_it_turns_its_pages(world: World) -> None:
    for number in range(60):
        actions.note("token.made", by=world.alice, at=NOW, about=f"token {number:02}")
    alice = world.browser(world.alice)
    first = alice.get("/acme/settings/audit/").content.decode()
    assert "token 59" in first and "token 09" not in first
    second = alice.get("/acme/settings/audit/?after=12").content.decode()
    assert "token 09" in second and "token 59" not in second


def test_it_is_saved_as_csv_that_nothing_computes(world: World) -> None:
    payload = '=HYPERLINK("http://evil.test")'
    actions.issue_token(member=world.alice, name=payload, scopes=[], at=NOW)
    actions.change_profile(user=world.alice.user, name="@SUM(1)", preferences={})
    world.alice.refresh_from_db()
    actions.note("mailbox.paused", by=world.alice, at=NOW, about="+1")
    answer = world.browser(world.alice).get("/acme/settings/audit/audit.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    text = answer.content.decode()
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0][:3] == ["Number", "Time", "Who"]
    assert any(payload in row[3] for row in rows)
    for row in rows[1:]:
        assert not any(value.startswith(("=", "+", "-", "@")) for value in row), row


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", " =1", "＝1"])
def test_it_marks_every_formula_as_text(value: str) -> None:
    assert sheets.cell(value) == f"'{value}"


def test_it_is_read_by_programs_of_owners_and_admins(world: World) -> None:
    actions.issue_token(member=world.alice, name="backup", scopes=[], at=NOW)
    api = world.api(world.alice)
    found = api.get("audit/", what="token").json()["results"]
    assert {entry["verb"] for entry in found} == {"token.made"}
    one = api.get(f"audit/{found[-1]['id']}/").json()
    assert (one["about"], one["who"], one["kind"]) == ("backup", "Alice Moreira", "member")
    assert api.get("audit/", member=str(world.bob.uid)).json()["results"] == []
    assert api.get("audit/", what="nonsense").status_code == 400
    assert api.get("audit/", since="2999-01-01T00:00:00Z").json()["results"] == []
    assert world.api(world.bob).get("audit/").status_code == 403
    assert world.api(world.alice, scopes=("mail:read",)).get("audit/").status_code == 403
