"""What is done here is done there, where the mailbox says so."""

from datetime import timedelta

import pytest
from django.utils import timezone

from inbox.models import LedgerEntry, Message, PendingChange
from tests.servers.fixtures import Box, mail
from tests.sync.office import Office
from tests.world import World

pytestmark = pytest.mark.peers


def change(office: Office, subject: str, op: str) -> PendingChange:
    now = timezone.now()
    with office.world.opened():
        return PendingChange.objects.create(
            mailbox=office.mailbox,
            message=Message.objects.get(subject=subject),
            op=op,
            not_before=now,
            holds_until=now + timedelta(minutes=15),
        )


def there(box: Box, folder: str) -> dict[str, bool]:
    """Subjects of a folder on the server, and whether each is read."""
    with box.client() as client:
        client.select_folder(folder, readonly=True)
        found = client.fetch(client.search(), ["FLAGS", "ENVELOPE"])
    return {row[b"ENVELOPE"].subject.decode(): b"\\Seen" in row[b"FLAGS"] for row in found.values()}


def test_it_marks_as_read_and_unread_there(world: World, box: Box) -> None:
    box.put(mail(1))
    office = Office.open(world, box)
    office.pull()
    change(office, "Question 1", "read")
    office.push()
    assert there(box, "INBOX") == {"Question 1": True}
    change(office, "Question 1", "unread")
    office.push()
    assert there(box, "INBOX") == {"Question 1": False}


def test_it_moves_to_the_trash_and_back_without_fetching_again(world: World, box: Box) -> None:
    box.put(mail(1), mail(2))
    office = Office.open(world, box)
    office.pull()
    change(office, "Question 1", "trash")
    office.push()
    assert there(box, "Trash") == {"Question 1": False}
    office.pull()
    with world.opened():
        message = Message.objects.get(subject="Question 1")
        [place] = LedgerEntry.objects.filter(message=message, missing_since=None)
        assert place.folder.role == "trash" and place.attempts == 1
    change(office, "Question 1", "restore")
    office.push()
    office.pull()
    assert there(box, "INBOX") == {"Question 1": False, "Question 2": False}
    assert office.decisions() == {"imported": 2}


def test_it_archives_there(world: World, box: Box) -> None:
    box.put(mail(1))
    office = Office.open(world, box)
    office.pull()
    change(office, "Question 1", "archive")
    office.push()
    assert there(box, "Archive") == {"Question 1": False}


def test_f71_it_keeps_the_order_of_each_message(world: World, box: Box) -> None:
    box.put(mail(1), mail(2))
    office = Office.open(world, box)
    office.pull()
    first = change(office, "Question 1", "read")
    change(office, "Question 1", "trash")
    change(office, "Question 2", "read")
    office.rewind(PendingChange, "not_before", -timedelta(hours=1), pk=first.pk)
    office.push()
    assert there(box, "INBOX") == {"Question 1": False, "Question 2": True}
    assert there(box, "Trash") == {}


def test_f71_it_gives_up_where_there_is_no_such_folder(world: World, box: Box) -> None:
    box.put(mail(1))
    office = Office.open(world, box)
    office.pull()
    with world.opened():
        office.mailbox.folders.filter(role="archive").update(role="other")
    failing = change(office, "Question 1", "archive")
    office.push()
    with world.opened():
        failing.refresh_from_db()
    assert failing.failed_at is not None and failing.error_code == "folder.gone"
