"""The operators' pages: everything to look at, no secret, and what is done is written down."""

from io import StringIO
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.core.management import call_command
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse

from crm.workspaces.models import ApiToken, User
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
    return client


def site_rows(model: Any) -> Any:
    return admin.site.get_model_admin(model).get_queryset(HttpRequest())


def pages() -> list[Any]:
    return [model._meta for model in admin.site._registry]


def test_it_registers_what_operators_need(operator: Client) -> None:
    names = {meta.object_name for meta in pages()}
    assert names == {
        "User",
        "Workspace",
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


def test_it_is_closed_to_everybody_else(operator: Client, world: World) -> None:
    nobody = Client(SERVER_NAME="localhost", SERVER_PORT="8000")
    answer = nobody.get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0].startswith("/accounts/login/")
    assert world.browser(world.alice).get("/admin/", follow=True).status_code == 403


def test_it_runs_under_a_strict_policy(operator: Client) -> None:
    policy = operator.get("/admin/").headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


def test_it_makes_an_operator_by_command(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIO_OPERATOR_PASSWORD", PASSWORD)
    call_command("operator_create", "root@fio.test", stdout=StringIO())
    assert User.objects.get(email="root@fio.test").is_superuser
