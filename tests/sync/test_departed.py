"""Somebody's access ends: what waited in his own mailbox is held, and what is a team's leaves."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from crm.workspaces import actions as members
from crm.workspaces.models import AuditEntry, Membership, User
from inbox.models import Message, Outgoing, PendingChange
from sync.actions import claim
from sync.models import Schedule
from tests.servers.fixtures import Box, mail
from tests.servers.sink import Sink
from tests.sync.office import Office
from tests.unchanged import unchanged
from tests.world import NOW, World

pytestmark = pytest.mark.peers
State = Outgoing.State
HEALTH = "/acme/settings/mailboxes/"


def of_bob(office: Office, *recipients: str) -> Outgoing:
    item = office.write(*recipients, subject="Canary offer")
    with office.world.opened():
        Outgoing.objects.filter(pk=item.pk).update(author=office.world.bob)
    return item


def deactivate(world: World) -> Membership:
    return members.deactivate(member=world.bob, by=world.alice, at=NOW)


def audited(world: World) -> list[dict[str, Any]]:
    rows: Any = AuditEntry.unwalled
    found = rows.filter(workspace=world.acme, verb="mailbox.mail_held").order_by("number")
    return list(found.values_list("data", flat=True))


def planned(office: Office) -> tuple[Outgoing, Outgoing]:
    """What Bob means to send now, and what tomorrow."""
    due, tomorrow = of_bob(office, "dana@customer.test"), of_bob(office, "eva@customer.test")
    with office.world.opened():
        later = timezone.now() + timedelta(days=1)
        Outgoing.objects.filter(pk=tomorrow.pk).update(send_after=later)
    return due, tomorrow


def test_what_he_planned_in_his_own_mailbox_is_held_until_he_says_so(
    world: World, box: Box, smtp_sink: Sink
) -> None:
    office = Office.open(world, box, by=world.bob, smtp_port=smtp_sink.port)
    due, tomorrow = planned(office)
    deactivate(world)
    office.push()
    with world.opened():
        Schedule.objects.filter(lane="out").update(due_at=timezone.now() + timedelta(hours=1))
    office.push()
    held = office.outgoing(due)
    assert smtp_sink.mails == [] and office.outgoing(tomorrow).held_at is None
    assert (held.state, held.error_code, held.attempts) == (State.QUEUED, "send.held", 0)
    assert held.held_at is not None
    # What is held makes the lane due no more
    assert claim.wake() == 0

    # Whoever runs the workspace is told how many there are; nobody but him is told which
    alice, api = world.browser(world.alice), world.api(world.alice)
    assert audited(world) == [{"count": 1, "owner": "Bob Lindqvist"}]
    page = alice.get(HEALTH)
    assert page.context["held"] == [("Bob Lindqvist", 2)]
    assert "2 mails of Bob Lindqvist are held" in page.text
    with unchanged(world):
        seen = page.text + alice.get("/acme/inbox/outbox/").text + api.get("outbox/").text
        assert api.get(f"outbox/{due.uid}/").status_code == 404
        assert api.post(f"outbox/{due.uid}/cancel/").status_code == 404
        assert alice.post(f"/acme/inbox/outbox/{due.uid}/", {"verb": "now"}).status_code == 404
    assert "Canary" not in seen and "customer.test" not in seen
    charlie = world.browser(world.charlie).get("/globex/settings/mailboxes/")
    assert charlie.context["held"] == []

    # Let in again he finds it, and it leaves on his word, once
    members.reactivate(member=world.bob, by=world.alice, at=NOW)
    world.bob.user.refresh_from_db(using="system")
    office.push()
    assert smtp_sink.mails == []
    bob, his = world.browser(world.bob), world.api(world.bob)
    assert bob.get(HEALTH).context["held"] == []
    assert "It was held, because your access had ended" in bob.get("/acme/inbox/outbox/").text
    told = his.get(f"outbox/{due.uid}/").json()
    assert (told["state"], told["error"]["code"]) == ("queued", "send.held")
    assert told["held_at"] and told["error"]["remedy"].startswith("Send it now")
    assert bob.post(f"/acme/inbox/outbox/{due.uid}/", {"verb": "now"}).status_code == 200
    office.push()
    office.push()
    assert office.outgoing(due).state == State.SENT
    assert [mail.recipients for mail in smtp_sink.mails] == [["dana@customer.test"]]


def test_what_he_planned_for_a_team_is_the_teams_and_leaves(
    world: World, box: Box, smtp_sink: Sink
) -> None:
    team: dict[str, Any] = {
        "kind": "team",
        "members": [world.alice, world.bob],
        "visibility": "team",
    }
    office = Office.open(world, box, smtp_port=smtp_sink.port, **team)
    kept, stopped = of_bob(office, "dana@customer.test"), of_bob(office, "eva@customer.test")
    deactivate(world)
    alice = world.browser(world.alice)
    said = "Bob Lindqvist, who wrote it, is no longer here. It is the team’s"
    assert said in alice.get("/acme/inbox/outbox/").text
    assert alice.get(HEALTH).context["held"] == []
    stop = alice.post(f"/acme/inbox/outbox/{stopped.uid}/", {"verb": "cancel"})
    assert stop.status_code == 200
    office.push()
    assert office.outgoing(kept).state == State.SENT
    assert [mail.recipients for mail in smtp_sink.mails] == [["dana@customer.test"]]
    assert audited(world) == []


def block(world: World, *, is_active: bool = False) -> None:
    """What an operator does to an account."""
    User.objects.using("system").filter(pk=world.bob.user_id).update(is_active=is_active)


def test_what_somebody_planned_whom_an_operator_blocked_is_held_too(
    world: World, box: Box, smtp_sink: Sink
) -> None:
    office = Office.open(world, box, by=world.bob, smtp_port=smtp_sink.port)
    due, tomorrow = planned(office)
    block(world)
    office.push()
    assert smtp_sink.mails == [] and office.outgoing(tomorrow).held_at is None
    assert office.outgoing(due).error_code == "send.held"
    assert world.browser(world.alice).get(HEALTH).context["held"] == [("Bob Lindqvist", 2)]
    assert audited(world) == [{"count": 1, "owner": "Bob Lindqvist"}]
    block(world, is_active=True)
    office.push()
    assert smtp_sink.mails == []
    bob = world.browser(world.bob)
    assert bob.post(f"/acme/inbox/outbox/{due.uid}/", {"verb": "now"}).status_code == 200
    office.push()
    assert [mail.recipients for mail in smtp_sink.mails] == [["dana@customer.test"]]


@pytest.mark.parametrize("how", ["left", "blocked"])
def test_his_mailbox_is_read_again_when_he_is_back_and_nothing_is_missing(
    world: World, box: Box, how: str
) -> None:
    office = Office.open(world, box, by=world.bob)
    box.put(mail(1, subject="Before"))
    office.pull(2)
    with world.opened():
        row = Message.objects.get()
        change = PendingChange.objects.create(
            mailbox=office.mailbox,
            message=row,
            op=PendingChange.Op.READ,
            holds_until=timezone.now() + timedelta(minutes=15),
        )
    deactivate(world) if how == "left" else block(world)
    box.put(mail(2, subject="Meanwhile"))
    before = office.schedule("in")
    with world.opened():
        Schedule.objects.update(due_at=timezone.now() + timedelta(hours=1))
    assert claim.listenable() == [] and claim.wake() == 0
    office.pull()
    office.push()
    assert office.subjects() == ["Before"]
    assert office.schedule("in").last_ok_at == before.last_ok_at
    # It is looked at again soon, so that he need not wait when he is back
    assert office.schedule("in").due_at <= timezone.now() + timedelta(minutes=2)
    with world.opened():
        change.refresh_from_db()
        assert change.done_at is None and change.failed_at is None and change.attempts == 0

    if how == "left":
        members.reactivate(member=world.bob, by=world.alice, at=NOW)
    else:
        block(world, is_active=True)
    assert [mailbox for _workspace, mailbox in claim.listenable()] == [office.mailbox.pk]
    assert claim.wake() == 1
    office.push()
    office.pull()
    assert office.subjects() == ["Before", "Meanwhile"]
    with world.opened():
        change.refresh_from_db()
        assert change.done_at is not None


def test_a_teams_mailbox_is_read_whoever_connected_it(world: World, box: Box) -> None:
    team: dict[str, Any] = {"kind": "team", "members": [world.alice, world.bob]}
    office = Office.open(world, box, by=world.alice, visibility="team", **team)
    User.objects.using("system").filter(pk=world.alice.user_id).update(is_active=False)
    box.put(mail(3, subject="For all"))
    office.pull(2)
    assert office.subjects() == ["For all"]
    assert [mailbox for _workspace, mailbox in claim.listenable()] == [office.mailbox.pk]
