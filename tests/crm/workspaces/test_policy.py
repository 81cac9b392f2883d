"""What a workspace asks of its members beyond a password, and how they are led to it."""

import time
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from crm.workspaces import accounts, actions, policy
from crm.workspaces.models import AuditEntry, Workspace
from inbox.models import Mailbox
from sync.actions import connect
from tests.world import NOW, World

SERVERS = connect.Servers("imap.acme.test", 993, "smtp.acme.test", 465, "alice")


def ask(world: World, **wanted: Any) -> None:
    """Alice changes the rules; what is not given is as in the beginning."""
    rules = {"second_step_from": None, "session_hours": None, "mailbox_kinds": "any"} | wanted
    actions.change_policy(workspace=world.acme, by=world.alice, at=NOW, **rules)


def give_second_step(world: World) -> Authenticator:
    adapter = accounts.SecondStep()
    data = {"secret": adapter.encrypt("JBSWY3DPEHPK3PXP")}
    row: Authenticator = Authenticator.objects.create(
        user=world.bob.user, type=Authenticator.Type.TOTP, data=data
    )
    return row


def test_it_reminds_until_the_day_and_lets_nobody_further_after_it(world: World) -> None:
    bob = world.browser(world.bob)
    ask(world, second_step_from=timezone.now() + timedelta(days=3))
    page = bob.get("/acme/inbox/inbox/")
    assert page.status_code == 200 and b"asks for a second step from" in page.content
    ask(world, second_step_from=timezone.now() - timedelta(minutes=1))
    answer = bob.get("/acme/inbox/inbox/")
    assert answer.headers["Location"] == "/acme/settings/second-step/"
    assert b"Acme asks for a second step" in bob.get("/acme/settings/second-step/").content
    part = bob.post("/acme/inbox/triage/", headers={"HX-Request": "true"})
    assert part.headers["HX-Redirect"] == "/acme/settings/second-step/"
    assert bob.get("/acme/events/").status_code == 403
    give_second_step(world)
    assert bob.get("/acme/inbox/inbox/").status_code == 200
    assert b"is set up" in bob.get("/acme/settings/second-step/").content


def test_it_asks_the_members_of_programs_too(world: World) -> None:
    api = world.api(world.bob)
    ask(world, second_step_from=timezone.now() - timedelta(minutes=1))
    refused = api.get("me")
    assert refused.status_code == 403
    assert "second step" in refused.json()["detail"]
    give_second_step(world)
    assert api.get("me").status_code == 200


def test_it_leaves_other_workspaces_alone(world: World) -> None:
    ask(world, second_step_from=timezone.now() - timedelta(minutes=1))
    assert world.browser(world.charlie).get("/globex/inbox/inbox/").status_code == 200


def test_it_keeps_the_last_second_step_while_one_is_asked_for(world: World) -> None:
    row = give_second_step(world)
    bob = world.browser(world.bob)
    ask(world, second_step_from=timezone.now() + timedelta(days=3))
    assert not policy.may_remove_second_step(world.bob.user)
    bob.post("/accounts/2fa/totp/deactivate/")
    assert Authenticator.objects.filter(pk=row.pk).exists()
    ask(world)
    assert policy.may_remove_second_step(world.bob.user)


def test_it_ends_a_session_that_began_long_ago(world: World) -> None:
    bob = world.browser(world.bob)
    ask(world, session_hours=8)
    assert bob.get("/acme/inbox/inbox/").status_code == 200
    session = bob.session
    session["signed_in_at"] = int(time.time()) - 9 * 3600
    session.save()
    answer = bob.get("/acme/inbox/inbox/", follow=True)
    assert answer.redirect_chain[-1][0].startswith("/accounts/login/?next=/acme/inbox/inbox/")
    assert b"Acme ends a session after 8 hours" in answer.content
    assert bob.get("/acme/inbox/inbox/").status_code == 302


@pytest.mark.parametrize(("wanted", "refused"), [("team", "personal"), ("personal", "team")])
def test_it_connects_the_kinds_of_mailboxes_that_are_wanted(
    world: World, wanted: str, refused: str
) -> None:
    ask(world, mailbox_kinds=wanted)
    common = {"by": world.alice, "servers": SERVERS, "password": "x", "at": NOW}
    with world.opened(), pytest.raises(ValidationError, match=f"{wanted} mailboxes only"):
        connect.connect_mailbox(address="a@acme.test", kind=refused, **common)  # type: ignore[arg-type]
    with world.opened():
        connect.connect_mailbox(address="a@acme.test", kind=wanted, **common)  # type: ignore[arg-type]
        assert Mailbox.objects.get().kind == wanted
    form = {"address": "b@acme.test", "kind": refused}
    page = world.browser(world.alice).post("/acme/settings/mailboxes/connect/", form)
    assert page.status_code == 422


def test_it_is_set_on_a_page_and_told_to_the_audit_log(world: World) -> None:
    alice = world.browser(world.alice)
    page = alice.get("/acme/settings/security/").content.decode()
    assert "Bob Lindqvist" in page
    form = {"second_step": "on", "second_step_day": "2027-01-15", "mailbox_kinds": "team"}
    alice.post("/acme/settings/security/", form | {"session_hours": "12"})
    row = Workspace.objects.get(slug="acme")
    assert row.second_step_from is not None and row.second_step_from.date().isoformat() == (
        "2027-01-15"
    )
    assert (row.session_hours, row.mailbox_kinds) == (12, "team")
    unwalled: Any = AuditEntry.unwalled
    told = unwalled.get(verb="policy.changed")
    assert told.data["changed"] == ["mailbox_kinds", "second_step_from", "session_hours"]
    assert world.browser(world.bob).get("/acme/settings/security/").status_code == 403
    wrong = alice.post("/acme/settings/security/", {"mailbox_kinds": "none"})
    assert wrong.status_code == 422


def test_it_says_what_is_asked_of_whom_is_not_asked(world: World) -> None:
    page = world.browser(world.bob).get("/acme/settings/second-step/")
    assert b"It is not asked for here" in page.content
    assert Client().get("/acme/settings/second-step/").status_code == 302
