"""The operators' pages: everything to look at, no secret, and what is done is written down."""

import re
from io import StringIO
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.core.management import call_command
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crm.workspaces.actions import teams
from crm.workspaces.models import (
    ApiToken,
    AuditEntry,
    Membership,
    OperatorVisit,
    Team,
    User,
    Workspace,
)
from inbox.models import LedgerEntry, Mailbox, Outgoing
from sync.models import Connection, Schedule
from tests import make
from tests.world import PASSWORD, World

SECRET = "the mail password"


@pytest.fixture
def operator(world: World) -> Client:
    user = User.objects.db_manager("system").create_superuser("ops@fio.test", PASSWORD)
    client = Client(SERVER_NAME="localhost", SERVER_PORT="8000")
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    with world.opened():
        box = make.mailbox(world.alice)
        make.connection(box, password=SECRET)
        make.message(box, subject="A secret subject")
        make.outgoing(box, world.alice, subject="A secret offer")
    world.api(world.alice)
    look_inside(client, world)
    return client


def look_inside(client: Client, world: World, reason: str = "Mail stands still, ticket 7") -> Any:
    path = reverse("admin:workspaces_workspace_visit", args=[world.acme.pk])
    return client.post(path, {"reason": reason, "hours": "1"})


def site_rows(model: Any) -> Any:
    request = HttpRequest()
    request.user = User.objects.get(email="ops@fio.test")
    return admin.site.get_model_admin(model).get_queryset(request)


def told(world: World) -> list[AuditEntry]:
    rows: Any = AuditEntry.unwalled
    return list(rows.filter(workspace=world.acme, kind="operator").order_by("number"))


def pages() -> list[Any]:
    return [model._meta for model in admin.site._registry]


def test_it_registers_what_operators_need(operator: Client) -> None:
    names = {meta.object_name for meta in pages()}
    assert names == {
        "User",
        "Workspace",
        "ErasedWorkspace",
        "Membership",
        "Team",
        "Invitation",
        "ApiToken",
        "Mailbox",
        "Connection",
        "Schedule",
        "Outgoing",
        "LedgerEntry",
        "LogEntry",
    }


def test_it_lists_and_shows_every_kind_of_row(operator: Client) -> None:
    for meta in pages():
        path = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
        assert operator.get(path, {"q": "a"}).status_code == 200, path
    for model in (User, ApiToken, Mailbox, Connection, Schedule, Outgoing, LedgerEntry):
        row = site_rows(model).first()
        path = reverse(
            f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[row.pk]
        )
        page = operator.get(path).content.decode()
        for secret in (SECRET, "argon2", "A secret subject", "A secret offer", "md5$"):
            assert secret not in page, path


def test_it_calls_every_row_by_a_name_people_know(operator: Client, world: World) -> None:
    with world.opened():
        teams.create_team(name="Sales", by=world.alice, at=timezone.now())
    shown = (User, Workspace, Membership, Team, ApiToken, Mailbox)
    for model in (*shown, Connection, Schedule, Outgoing, LedgerEntry):
        name = str(site_rows(model).first())
        assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-7|object \(", name), (model, name)


def test_it_changes_no_walled_row(operator: Client) -> None:
    box = Mailbox.unwalled.get()
    path = reverse("admin:inbox_mailbox_change", args=[box.pk])
    assert operator.post(path, {"address": "x@x.test"}).status_code == 403
    assert operator.post(reverse("admin:inbox_mailbox_delete", args=[box.pk])).status_code == 403


def test_it_stops_a_user_and_writes_it_down(operator: Client, world: World) -> None:
    bob = world.bob.user
    browser = world.browser(world.bob)
    path = reverse("admin:workspaces_user_change", args=[bob.pk])
    operator.post(path, {"name": bob.name})
    assert not User.objects.get(pk=bob.pk).is_active
    assert browser.get("/acme/").status_code == 302
    entry = LogEntry.objects.get()
    assert entry.user.email == "ops@fio.test"
    assert "Active" in entry.get_change_message()


def test_it_revokes_tokens(operator: Client) -> None:
    token = ApiToken.objects.get()
    path = reverse("admin:workspaces_apitoken_changelist")
    operator.post(path, {"action": "revoke", "_selected_action": [token.pk]})
    token.refresh_from_db()
    assert token.revoked_at is not None
    assert LogEntry.objects.count() == 1


def test_it_shows_no_row_of_a_workspace_before_a_reason_is_given(world: World) -> None:
    user = User.objects.db_manager("system").create_superuser("ops@fio.test", PASSWORD)
    client = Client(SERVER_NAME="localhost", SERVER_PORT="8000")
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    with world.opened():
        box = make.mailbox(world.alice)
    rows = reverse("admin:inbox_mailbox_changelist")
    page = client.get(rows).content.decode()
    assert "alice@acme.test" not in page and "open a workspace first" in page
    assert look_inside(client, world, reason="because").status_code == 422
    assert not told(world)
    assert look_inside(client, world).status_code == 302
    assert "alice@acme.test" in client.get(rows).content.decode()
    client.get(reverse("admin:inbox_mailbox_change", args=[box.pk]))
    assert [(entry.verb, entry.who) for entry in told(world)] == [
        ("operator.came", "ops@fio.test"),
        ("operator.looked", "ops@fio.test"),
        ("operator.looked", "ops@fio.test"),
    ]
    assert told(world)[-1].about == f"mailbox {box.pk}"


def test_it_shows_a_visit_to_owners_and_rows_of_no_other_workspace(
    operator: Client, world: World
) -> None:
    with world.opened(world.globex):
        make.mailbox(world.charlie)
    page = operator.get(reverse("admin:inbox_mailbox_changelist")).content.decode()
    assert "charlie@globex.test" not in page
    seen = world.browser(world.alice).get("/acme/settings/security/").content.decode()
    assert "ticket 7" in seen and "ops@fio.test" in seen
    log = world.browser(world.alice).get("/acme/settings/audit/?what=operator").content.decode()
    assert "Looked into the workspace for 1 hours: Mail stands still, ticket 7" in log
    theirs = world.browser(world.charlie).get("/globex/settings/security/").content.decode()
    assert "ops@fio.test" not in theirs


def test_it_ends_a_visit_by_hand_or_by_the_clock(operator: Client, world: World) -> None:
    rows = reverse("admin:inbox_mailbox_changelist")
    path = reverse("admin:workspaces_workspace_visit", args=[world.acme.pk])
    assert "ticket 7" in operator.get(path).content.decode()
    operator.post(path, {"verb": "end"})
    assert "alice@acme.test" not in operator.get(rows).content.decode()
    assert told(world)[-1].verb == "operator.left"
    look_inside(operator, world)
    with world.opened():
        OperatorVisit.objects.update(until=timezone.now())
    assert "alice@acme.test" not in operator.get(rows).content.decode()


def test_it_tells_the_workspaces_of_an_account_that_was_changed(
    operator: Client, world: World
) -> None:
    path = reverse("admin:workspaces_user_change", args=[world.bob.user.pk])
    operator.post(path, {"name": "Bob L"})
    entry = told(world)[-1]
    assert (entry.verb, entry.about) == ("operator.changed_account", "bob@acme.test")
    assert entry.data == {"changed": ["is_active", "name"]}


def test_it_is_closed_to_everybody_else(operator: Client, world: World) -> None:
    nobody = Client(SERVER_NAME="localhost", SERVER_PORT="8000")
    answer = nobody.get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0].startswith("/accounts/login/")
    assert world.browser(world.alice).get("/admin/", follow=True).status_code == 403


def test_its_pages_have_our_mark(operator: Client) -> None:
    # A browser asks for it wherever a page names none, and the admin's pages name none
    answer = operator.get("/favicon.ico")
    assert answer.status_code == 302 and answer.headers["Location"].endswith(".svg")


def test_it_runs_under_a_strict_policy(operator: Client) -> None:
    policy = operator.get("/admin/").headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


def test_it_makes_an_operator_by_command(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIO_OPERATOR_PASSWORD", PASSWORD)
    call_command("operator_create", "root@fio.test", stdout=StringIO())
    assert User.objects.get(email="root@fio.test").is_superuser
