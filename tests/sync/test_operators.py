"""The operators' page over all mailboxes: how they stand, nothing of their mail."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from crm.timeline.models import Event
from crm.workspaces.models import AuditEntry, User, Workspace
from inbox.models import Mailbox
from sync.models import Schedule
from tests import make
from tests.world import PASSWORD, World

HERE = "/admin/mailboxes/"


@pytest.fixture
def operator(world: World) -> Client:
    user = User.objects.db_manager("system").create_superuser("ops@fio.test", PASSWORD)
    client = signed_in(user)
    for workspace in (world.acme, world.globex):
        look_inside(client, workspace)
    return client


def look_inside(client: Client, workspace: Workspace, reason: str = "Mail is late") -> None:
    path = reverse("admin:workspaces_workspace_visit", args=[workspace.pk])
    assert client.post(path, {"reason": reason, "hours": "1"}).status_code == 302


def signed_in(user: User) -> Client:
    client = Client(SERVER_NAME="localhost", SERVER_PORT="8000")
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    return client


def fill(world: World) -> tuple[Mailbox, Mailbox]:
    """A failing mailbox of Acme and a well one of Globex."""
    with world.opened():
        bad = make.mailbox(world.alice, state="degraded", state_reason="server.busy")
        make.connection(bad)
        Schedule.objects.filter(lane="in").update(fail_code="server.busy", fail_count=4)
        message = make.message(bad, subject="A secret subject")
        make.listed(message.locations.select_related("folder").get().folder)
    with world.opened(world.globex):
        well = make.mailbox(world.charlie)
        make.connection(well, password="a secret password")
        make.outgoing(well, world.charlie, subject="A secret offer")
    return bad, well


def page(client: Client, **query: Any) -> str:
    answer = client.get(HERE, query)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_it_shows_all_mailboxes_and_none_of_their_mail(world: World, operator: Client) -> None:
    bad, well = fill(world)
    found = page(operator)
    assert found.index(bad.address) < found.index(well.address)
    assert "server.busy ×4" in found and "Needs a look" in found
    for secret in ("A secret", "Dana", "northwind", "Alice Moreira"):
        assert secret not in found, secret


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({"q": "globex"}, [False, True]),
        ({"q": "alice@ busy"}, [True, False]),
        ({"q": "%"}, [False, False]),
        ({"q": "'; --\x00"}, [False, False]),
        ({"state": "degraded"}, [True, False]),
        ({"state": "nonsense"}, [True, True]),
        ({"kind": "failing"}, [True, False]),
        ({"kind": "held"}, [False, False]),
        ({"kind": "late"}, [True, True]),
        ({"order": "workspace"}, [True, True]),
        ({"order": "1; drop table"}, [True, True]),
        ({"p": "2"}, [False, False]),
        ({"p": "9" * 40}, [True, True]),
    ],
)
def test_it_filters_and_searches(
    world: World, operator: Client, query: dict[str, str], shown: list[bool]
) -> None:
    boxes = fill(world)
    found = page(operator, **query)
    assert [f">{box.address}</a>" in found for box in boxes] == shown


def test_it_asks_the_same_of_the_database_however_many_there_are(
    world: World, operator: Client
) -> None:
    fill(world)
    page(operator)
    few = _statements(operator)
    with world.opened():
        for number in range(60):
            make.connection(make.mailbox(world.bob, f"box{number}@acme.test"))
    assert _statements(operator) == few <= 16
    assert ">Next</a>" in page(operator) and ">Previous</a>" in page(operator, p="2")


def test_it_shows_whose_mailbox_it_is_after_a_reason_that_the_workspace_reads(
    world: World,
) -> None:
    bad, well = fill(world)
    user = User.objects.db_manager("system").create_superuser("ops@fio.test", PASSWORD)
    client = signed_in(user)
    found = page(client)
    assert "server.busy ×4" in found and "acme" in found and "Say why you look" in found
    assert bad.address not in found and well.address not in found
    assert "server.busy" not in page(client, q="alice@")
    kick = {"verb": "kick", "mailbox": bad.uid}
    assert client.post(HERE, kick).status_code == 403
    look_inside(client, world.acme, reason="Ticket 12: mail is late")
    found = page(client)
    assert bad.address in found and well.address not in found
    assert client.post(HERE, kick).status_code == 302
    assert client.post(HERE, {**kick, "mailbox": well.uid}).status_code == 403
    audit = world.browser(world.alice).get("/acme/settings/audit/").content.decode()
    assert "Ticket 12: mail is late" in audit and "all mailboxes" in audit
    other = world.browser(world.charlie).get("/globex/settings/audit/").content.decode()
    assert "Ticket 12" not in other and "ops@fio.test" not in other


def _statements(client: Client) -> int:
    """How many statements both roles need for one page."""
    with (
        CaptureQueriesContext(connections["system"]) as system,
        CaptureQueriesContext(connections["default"]) as walled,
    ):
        page(client)
    return len(system) + len(walled)


def test_it_pauses_kicks_and_tells_the_workspace(world: World, operator: Client) -> None:
    bad, _well = fill(world)
    for verb in ("kick", "pause", "resume"):
        answer = operator.post(f"{HERE}?q=acme", {"verb": verb, "mailbox": bad.uid})
        assert answer.headers["Location"] == f"{HERE}?q=acme"
        with world.opened():
            row = Schedule.objects.get(lane="in")
            box = Mailbox.objects.get()
            assert row.is_enabled == (verb != "pause")
            assert (box.state == Mailbox.State.PAUSED) == (verb == "pause")
            if verb == "kick":
                assert row.fail_count == 0 and row.due_at <= timezone.now()
    with world.opened():
        told = AuditEntry.objects.filter(verb__startswith="mailbox.").order_by("number")
        verbs = ["mailbox.kicked", "mailbox.paused", "mailbox.resumed"]
        assert [(entry.verb, entry.who) for entry in told] == [
            (verb, "ops@fio.test") for verb in verbs
        ]
        assert Event.objects.filter(verb__in=verbs, by=None).count() == 3
    health = world.browser(world.alice).get(f"/acme/settings/mailboxes/{bad.uid}/")
    assert "by the operators of this installation" in health.content.decode()
    assert operator.post(HERE, {"verb": "delete", "mailbox": bad.uid}).status_code == 404
    assert operator.post(HERE, {"verb": "pause", "mailbox": uuid4()}).status_code == 404
    assert operator.post(HERE, {"verb": "pause", "mailbox": "x"}).status_code == 404


def test_it_is_for_operators_and_only_superusers_act(world: World, operator: Client) -> None:
    bad, _well = fill(world)
    looking = User.objects.db_manager("system").create_user(
        "look@fio.test", PASSWORD, is_staff=True
    )
    client = signed_in(looking)
    look_inside(client, world.acme)
    assert "Read now" not in page(client) and "Read now" in page(operator)
    assert client.post(HERE, {"verb": "pause", "mailbox": bad.uid}).status_code == 403
    for member in (world.alice, world.charlie):
        assert world.browser(member).get(HERE).status_code == 302
        assert world.browser(member).get(HERE, follow=True).status_code == 403
    assert "/accounts/login/" in Client().get(HERE, follow=True).redirect_chain[-1][0]
