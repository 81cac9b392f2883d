"""The second opinion: Cyrus tells the same things otherwise (RFC 7162, RFC 8474)."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import count

import pytest
from imapclient import IMAPClient

from inbox.models import Folder, LedgerEntry, Mailbox, Message
from sync.models import Schedule
from tests.servers.certificates import Certificate
from tests.servers.cyrus import Cyrus
from tests.servers.fixtures import Box, mail
from tests.sync.office import Office
from tests.world import World

pytestmark = pytest.mark.peers
SEEN, DELETED = ["\\Seen"], ["\\Deleted"]
_numbers = count(1)


def connected(world: World, server: Cyrus, name: str, certificate: Certificate) -> Office:
    """Alice's mailbox on that server."""
    box = Box(server, server.enrol(name), certificate.authority)  # type: ignore[arg-type]
    return Office.open(world, box)


@pytest.fixture
def phone(cyrus_server: Cyrus) -> Iterator[IMAPClient]:
    """What the owner uses elsewhere."""
    name = cyrus_server.enrol(f"box{next(_numbers)}")
    with cyrus_server.client(name) as client:
        client.user = name
        yield client


@pytest.fixture
def office(
    world: World, cyrus_server: Cyrus, phone: IMAPClient, certificate: Certificate
) -> Office:
    """Five mails in the inbox and two in a folder, read."""
    for number in range(1, 6):
        phone.append("INBOX", mail(number))
    phone.create_folder("Projects")
    for number in (6, 7):
        phone.append("Projects", mail(number))
    found = connected(world, cyrus_server, phone.user, certificate)
    assert found.pull(2).state == Mailbox.State.ACTIVE
    return found


def absent(office: Office) -> set[int]:
    with office.world.opened():
        rows = LedgerEntry.objects.exclude(missing_since=None)
        return set(rows.values_list("number", flat=True))


def test_f16_it_follows_the_highest_message_being_expunged(
    office: Office, phone: IMAPClient
) -> None:
    """Cyrus takes `1:*` as what is left, and would not tell that the last one is gone."""
    assert office.decisions() == {"imported": 7}
    phone.select_folder("INBOX")
    phone.add_flags([2], SEEN)
    phone.add_flags([5], DELETED)
    phone.expunge()
    office.pull()
    assert absent(office) == {5}
    assert office.subjects(is_read=True) == ["Question 2"]
    phone.add_flags([3, 4], DELETED)
    phone.expunge()
    phone.append("INBOX", mail(8))
    office.pull()
    assert absent(office) == {3, 4, 5}
    assert office.subjects(origin="live") == ["Question 8"]


def test_f14_it_keeps_a_message_that_is_moved_on_cyrus(office: Office, phone: IMAPClient) -> None:
    with office.world.opened():
        before = dict(Message.objects.values_list("rfc_id", "pk"))
    phone.select_folder("INBOX")
    phone.move([1], "Projects")
    office.pull(2)
    with office.world.opened():
        assert dict(Message.objects.values_list("rfc_id", "pk")) == before
        [place] = LedgerEntry.objects.filter(
            message=before["1.question@customer.test"], missing_since=None
        )
        assert place.folder.name == "Projects"
    assert office.subjects(origin="live") == []


def test_f18_it_knows_a_renamed_folder_by_its_id_although_its_count_changed(
    office: Office, phone: IMAPClient
) -> None:
    with office.world.opened():
        before = Folder.objects.get(name="Projects")
        assert before.remote_id
    phone.rename_folder("Projects", "Done projects")
    phone.append("Done projects", mail(9))
    with office.world.opened():
        Schedule.objects.update(folders_at=None)
    office.pull(2)
    with office.world.opened():
        after = Folder.objects.get(pk=before.pk)
        assert (after.name, after.missing_since) == ("Done projects", None)
        assert not Folder.objects.filter(name="Projects").exists()
        assert LedgerEntry.objects.filter(folder=after, decision="imported").count() == 3
        assert Message.objects.count() == 8


def test_f01_it_matches_a_folder_that_was_made_anew_on_cyrus(
    office: Office, phone: IMAPClient
) -> None:
    """Deleted and made again under its name: other numbers, another id, the same mail."""
    when = phone.select_folder("Projects") and phone.fetch([1, 2], ["INTERNALDATE"])
    phone.close_folder()
    phone.delete_folder("Projects")
    phone.create_folder("Projects")
    for number, uid in ((6, 1), (7, 2)):
        phone.append("Projects", mail(number), (), when[uid][b"INTERNALDATE"])
    office.pull(2)
    with office.world.opened():
        assert Message.objects.count() == 7
        assert not LedgerEntry.objects.exclude(missing_since=None).exists()
    assert sum(office.decisions().values()) == 7
    office.rewind(LedgerEntry, "missing_since", timedelta(days=2), missing_since__isnull=False)
    office.pull()
    assert len(office.subjects()) == 7


def test_f20_f22_it_reads_folders_below_the_inbox(
    world: World, prefixed_server: Cyrus, certificate: Certificate
) -> None:
    name = prefixed_server.enrol("prefixed")
    with prefixed_server.client(name) as phone:
        phone.append("INBOX", mail(1))
        phone.create_folder("INBOX.Entwürfe & Co")
        phone.append("INBOX.Entwürfe & Co", mail(2))
    office = connected(world, prefixed_server, name, certificate)
    assert office.pull(2).state == Mailbox.State.ACTIVE
    assert office.subjects() == ["Question 1", "Question 2"]
    with world.opened():
        roles = dict(Folder.objects.values_list("role", "name"))
        odd = Folder.objects.get(display__contains="Entwürfe")
    # The marks come in small letters here
    assert roles["sent"] == "INBOX.Sent" and roles["trash"] == "INBOX.Trash"
    assert roles["archive"] == "INBOX.Archive"
    assert odd.name == "INBOX.Entw&APw-rfe &- Co"
