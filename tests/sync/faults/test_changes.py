"""The same message is changed here and there."""

from datetime import timedelta

import pytest
from django.utils import timezone

from inbox.actions import triage
from inbox.models import LedgerEntry, MailboxThread, Message, PendingChange
from tests.servers.fixtures import Box, mail
from tests.sync.office import Office
from tests.sync.test_mirror import there
from tests.world import World

pytestmark = pytest.mark.peers


@pytest.fixture
def office(world: World, box: Box) -> Office:
    """Two mails, read; what is done here is done there."""
    box.put(mail(1), mail(2))
    found = Office.open(world, box)
    with world.opened():
        found.mailbox.mirror_read = found.mailbox.mirror_delete = True
        found.mailbox.save()
    found.pull()
    return found


def do(office: Office, verb: str, subject: str = "Question 1") -> None:
    """Alice does something to a conversation."""
    with office.world.opened():
        thread = Message.objects.get(subject=subject).thread
        triage.triage(verb=verb, threads=[thread], by=office.world.alice, at=timezone.now())


def pending(office: Office) -> list[PendingChange]:
    with office.world.opened():
        return list(PendingChange.objects.filter(done_at=None, failed_at=None))


def flag(box: Box, number: int, *flags: str, add: bool = True) -> None:
    """The owner's phone sets or takes flags."""
    with box.client() as client:
        client.select_folder("INBOX")
        (client.add_flags if add else client.remove_flags)([number], flags)


def test_f66_it_keeps_what_was_read_here_until_the_server_knows(office: Office) -> None:
    do(office, "read")
    flag(office.box, 1, "\\Flagged")
    office.pull()
    assert office.subjects(is_read=True) == ["Question 1"]
    office.push()
    office.pull()
    assert office.subjects(is_read=True) == ["Question 1"]
    assert there(office.box, "INBOX")["Question 1"]


def test_f66_it_believes_the_server_again_once_it_knows(office: Office) -> None:
    do(office, "read")
    office.push()
    office.pull()
    flag(office.box, 1, "\\Seen", add=False)
    office.pull()
    assert office.subjects(is_read=True) == []


def test_f66_it_does_not_hold_out_for_ever(office: Office) -> None:
    do(office, "read")
    office.rewind(PendingChange, "holds_until", timedelta(minutes=16))
    office.rewind(PendingChange, "not_before", -timedelta(hours=1))
    flag(office.box, 1, "\\Flagged")
    office.pull()
    assert office.subjects(is_read=True) == []


def test_f67_it_follows_a_message_that_was_moved_there(office: Office) -> None:
    do(office, "read")
    with office.box.client() as client:
        client.create_folder("Projects")
        client.select_folder("INBOX")
        client.move([1], "Projects")
    office.push()
    [waiting] = pending(office)
    assert waiting.attempts == 1 and office.schedule().due_at <= timezone.now()
    office.pull()
    office.rewind(PendingChange, "not_before", timedelta(hours=1))
    office.push()
    assert pending(office) == []
    assert there(office.box, "Projects") == {"Question 1": True}


def test_f67_it_calls_it_done_when_the_message_is_gone(office: Office) -> None:
    do(office, "read")
    with office.box.client() as client:
        client.select_folder("INBOX")
        client.delete_messages([1])
        client.expunge()
    for _attempt in range(2):
        office.push()
        office.rewind(PendingChange, "not_before", timedelta(hours=1))
        office.pull()
    with office.world.opened():
        change = PendingChange.objects.get()
    assert change.done_at is not None and change.failed_at is None


def test_f67_it_waits_for_the_new_numbers_of_a_folder(office: Office) -> None:
    do(office, "read")
    office.box.server.renumber(office.box.address)
    office.push()
    office.pull(2)
    office.rewind(PendingChange, "not_before", timedelta(hours=1))
    office.push()
    assert pending(office) == []
    assert there(office.box, "INBOX") == {"Question 1": True, "Question 2": False}


def test_f68_it_loses_no_flag_of_either_side(office: Office) -> None:
    do(office, "read")
    flag(office.box, 1, "\\Flagged", "Important")
    office.push()
    with office.box.client() as client:
        client.select_folder("INBOX")
        flags = {bytes(each) for each in client.get_flags([1])[1]}
    assert {b"\\Seen", b"\\Flagged", b"Important"} <= flags
    office.pull()
    with office.world.opened():
        entry = LedgerEntry.objects.get(number=1, folder__role="inbox")
    assert {"\\Seen", "\\Flagged", "Important"} <= set(entry.flags)


def test_f70_it_does_not_bring_back_what_was_deleted_here(office: Office) -> None:
    do(office, "trash")
    office.pull()
    office.box.server.renumber(office.box.address)
    office.pull(2)
    with office.world.opened():
        row = MailboxThread.objects.get(thread__messages__subject="Question 1")
        assert row.trashed_at is not None and row.place == MailboxThread.Place.TRASH
    office.rewind(PendingChange, "not_before", timedelta(hours=1))
    office.push()
    office.pull()
    assert there(office.box, "Trash") == {"Question 1": False}
    assert office.decisions() == {"imported": 2}
    with office.world.opened():
        row.refresh_from_db()
    assert row.place == MailboxThread.Place.TRASH


def test_f71_it_does_not_hold_up_the_others_with_one_that_fails(office: Office) -> None:
    with office.world.opened():
        office.mailbox.mirror_archive = True
        office.mailbox.save()
        office.mailbox.folders.filter(role="archive").update(role="other")
    do(office, "archive", "Question 1")
    do(office, "read", "Question 2")
    office.push()
    assert there(office.box, "INBOX") == {"Question 1": False, "Question 2": True}
    with office.world.opened():
        failed = PendingChange.objects.get(op="archive")
        assert failed.failed_at is not None and failed.error_code == "folder.gone"
