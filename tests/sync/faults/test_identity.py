"""Another server or user name: the same mailbox in a new place, or somebody else's."""

import pytest
from django.utils import timezone

from inbox.models import LedgerEntry, Mailbox, Message
from sync.actions import connect, reaching
from sync.models import Connection
from tests.servers import certificates, dovecot
from tests.servers.dovecot import PASSWORD
from tests.servers.fixtures import Box, fresh_box, mail
from tests.sync.office import Office
from tests.world import World

pytestmark = pytest.mark.peers


def move(office: Office, username: str, imap_port: int = 0, host: str = "localhost") -> None:
    """Alice changes how the mailbox is reached, and the next run follows."""
    with office.world.opened():
        row = Connection.objects.get()
        servers = connect.Servers(
            imap_host=host,
            imap_port=imap_port or row.imap_port,
            smtp_host=row.smtp_host,
            smtp_port=row.smtp_port,
            smtp_security=row.smtp_security,
            username=username,
        )
        reaching.change_servers(
            by=office.world.alice,
            mailbox=office.mailbox,
            servers=servers,
            password=PASSWORD,
            at=timezone.now(),
        )


def test_f76_it_does_not_mix_another_mailbox_into_this_one(
    world: World,
    box: Box,
    dovecot_server: dovecot.Dovecot,
    certificate: certificates.Certificate,
) -> None:
    box.put(*(mail(n) for n in range(5)))
    office = Office.open(world, box)
    office.pull()
    stranger = fresh_box(dovecot_server, certificate)
    stranger.put(*(mail(n) for n in range(100, 105)))
    move(office, stranger.address)
    mailbox = office.pull()
    assert (mailbox.state, mailbox.state_reason) == (Mailbox.State.NEEDS_REAUTH, "mailbox.other")
    assert not office.schedule().is_enabled and not office.schedule("out").is_enabled
    mine = [f"Question {n}" for n in range(5)]
    assert office.subjects() == mine
    with world.opened():
        assert not LedgerEntry.objects.exclude(missing_since=None).exists()
    move(office, box.address)
    assert office.pull(2).state == Mailbox.State.ACTIVE
    assert office.subjects() == mine and office.decisions() == {"imported": 5}


def test_f76_it_follows_a_mailbox_to_another_server(
    world: World, box: Box, certificate: certificates.Certificate
) -> None:
    """The same mail with the same dates under other numbers; nothing is fetched again."""
    with box.client() as client:
        for number in range(5):
            client.append("INBOX", mail(number), (), timezone.now())
        office = Office.open(world, box)
        office.pull()
        client.select_folder("INBOX")
        dates = [row[b"INTERNALDATE"] for row in client.fetch("1:*", ["INTERNALDATE"]).values()]
    with dovecot.dovecot(certificate) as server:
        there = Box(server, box.address, certificate.authority)
        with there.client() as client:
            client.append("INBOX", mail(50))
            for number, when in reversed(list(enumerate(dates))):
                client.append("INBOX", mail(number), (), when)
        move(office, box.address, server.imaps, "127.0.0.1")
        assert office.pull(3).state == Mailbox.State.ACTIVE
    assert len(office.subjects()) == 6
    with world.opened():
        assert Message.objects.count() == 6
        assert not LedgerEntry.objects.exclude(missing_since=None).exists()
        assert not LedgerEntry.objects.filter(attempts__gt=1).exists()
        assert Connection.objects.get().is_proven


def test_f76_it_takes_a_new_name_of_a_server_for_what_it_is(world: World, box: Box) -> None:
    box.put(*(mail(n) for n in range(5)))
    office = Office.open(world, box)
    office.pull()
    move(office, box.address, host="127.0.0.1")
    assert office.pull(2).state == Mailbox.State.ACTIVE
    assert office.decisions() == {"imported": 5}
    with world.opened():
        assert Message.objects.count() == 5
