"""A server that wants a pause gets one from all work there, and from no other."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from inbox.models import Message, Outgoing, PendingChange
from sync.models import Connection
from tests.servers.fixtures import Box, mail
from tests.servers.script import scripted
from tests.servers.sink import Sink
from tests.sync.office import Office
from tests.world import World

pytestmark = pytest.mark.peers
FULL = (
    (b"", b"* OK [CAPABILITY IMAP4rev1] ready\r\n"),
    (b"LOGIN", b"{tag} NO [LIMIT] Too many simultaneous connections\r\n"),
)


@pytest.fixture
def office(world: World, box: Box, smtp_sink: Sink) -> Office:
    """A mailbox in step, with something to tell its server and a copy to look for."""
    box.put(mail(1))
    found = Office.open(world, box, smtp_port=smtp_sink.port)
    found.pull()
    found.write("dana@customer.test", state="sent", look_after=timezone.now())
    with world.opened():
        PendingChange.objects.create(
            mailbox=found.mailbox,
            message=Message.objects.get(),
            op="read",
            holds_until=timezone.now() + timedelta(minutes=15),
        )
    return found


def crowded(office: Office, port: int) -> None:
    """From now on its mail server takes no more connections."""
    with office.world.opened():
        Connection.objects.update(imap_port=port, imap_security="none", allows_plain=True)


def times(office: Office) -> list[datetime]:
    """When reading, telling and looking for the copy are tried again."""
    with office.world.opened():
        change = PendingChange.objects.get()
        copy = Outgoing.objects.get(look_after__isnull=False)
        found = [office.schedule().retry_at, change.not_before, copy.look_after]
    return [each or timezone.now() for each in found]


@pytest.mark.parametrize("lane", ["in", "out"])
def test_f78_it_leaves_a_crowded_server_alone_in_both_lanes(office: Office, lane: str) -> None:
    with scripted(*FULL) as server:
        crowded(office, server.port)
        office.pull() if lane == "in" else office.push()
    soon = timezone.now() + timedelta(minutes=5)
    assert all(at > soon for at in times(office))
    # Nobody knocks there before that: nobody would answer any more
    office.push()
    assert office.schedule("out").fail_code == ""


def test_it_sends_while_reading_has_to_wait(office: Office, smtp_sink: Sink) -> None:
    item = office.write("dana@customer.test", subject="Meanwhile")
    with scripted(*FULL) as server:
        crowded(office, server.port)
        office.pull()
    office.push()
    assert office.outgoing(item).state == Outgoing.State.SENT
    assert len(smtp_sink.mails) == 1


def test_it_keeps_the_whole_outbox_from_a_server_that_counts(
    office: Office, smtp_sink: Sink
) -> None:
    first, second = office.write("limit@customer.test"), office.write("dana@customer.test")
    office.push()
    soon = timezone.now() + timedelta(minutes=5)
    for item in (first, second):
        told = office.outgoing(item)
        assert told.state == Outgoing.State.QUEUED and told.send_after > soon
    assert smtp_sink.mails == []
    assert (office.outgoing(first).attempts, office.outgoing(second).attempts) == (1, 0)
    assert office.schedule().retry_at is None
