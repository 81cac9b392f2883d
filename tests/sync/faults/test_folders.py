"""Folders are renamed, deleted, forbidden and oddly named, also in the middle of a run."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from inbox.models import Folder, LedgerEntry, Mailbox, Message
from sync.models import Schedule
from tests.servers.fixtures import mail
from tests.servers.proxy import Proxy
from tests.sync.office import Office

pytestmark = pytest.mark.peers


def once(wire: Proxy, words: bytes, act: Callable[[], None]) -> None:
    """Do something just before the server hears these words for the first time."""

    def overhear(data: bytes) -> None:
        if words in data:
            wire.overhear = None
            act()

    wire.overhear = overhear


def named(office: Office, name: str) -> Folder:
    with office.world.opened():
        return Folder.objects.get(name=name)


def places(office: Office) -> dict[str, int]:
    """How many stored mails lie in each folder, by the server's name."""
    found: dict[str, int] = {}
    with office.world.opened():
        rows = LedgerEntry.objects.exclude(message=None).filter(missing_since=None)
        for name in rows.values_list("folder__name", flat=True):
            found[name] = found.get(name, 0) + 1
    return found


def test_f18_it_follows_a_folder_renamed_in_the_middle_of_a_run(
    office: Office, wire: Proxy
) -> None:
    office.box.put(mail(1), mail(2), folder="Projects")
    office.pull()

    def rename() -> None:
        with office.box.client() as client:
            client.rename_folder("Projects", "Old projects")

    office.box.put(mail(3), folder="Projects")
    once(wire, b'EXAMINE "Projects"', rename)
    office.pull()
    assert office.look().state == Mailbox.State.ACTIVE
    # The next run lists the folders first, and the folder does not rest under its new name
    office.pull(2)
    folder = named(office, "Old projects")
    assert folder.missing_since is None and folder.parked_until is None
    assert sorted(office.subjects()) == [f"Question {n}" for n in (1, 2, 3)]
    assert places(office).get("Old projects") == 3
    with office.world.opened():
        assert Message.objects.count() == 3


def test_f18_it_reads_a_folder_again_that_rested_under_its_old_name(office: Office) -> None:
    office.box.put(mail(1), folder="Projects")
    office.pull()
    with office.world.opened():
        Folder.objects.filter(name="Projects").update(
            parked_until=timezone.now() + timedelta(hours=6), parked_reason="folder.gone"
        )
        Schedule.objects.update(folders_at=None)
    with office.box.client() as client:
        client.rename_folder("Projects", "Old projects")
        client.append("Old projects", mail(2))
        client.select_folder("Old projects")
        client.delete_messages([1])
        client.expunge()
    office.pull()
    assert named(office, "Old projects").parked_until is None
    assert "Question 2" in office.subjects()


def test_f19_it_keeps_the_mail_of_a_folder_deleted_in_the_middle_of_a_run(
    office: Office, wire: Proxy
) -> None:
    office.box.put(mail(1))
    office.box.put(mail(2), folder="Projects")
    office.pull()

    def delete() -> None:
        with office.box.client() as client:
            client.delete_folder("Projects")

    office.box.put(mail(3), folder="Projects")
    once(wire, b'EXAMINE "Projects"', delete)
    office.box.put(mail(4))
    assert office.pull(2).state == Mailbox.State.ACTIVE
    assert named(office, "Projects").missing_since is not None
    assert office.subjects() == ["Question 1", "Question 2", "Question 4"]


def test_f19_it_lets_a_folder_rest_that_is_listed_and_cannot_be_opened(
    office: Office, wire: Proxy
) -> None:
    office.box.put(mail(1))
    phantom = b'* LIST (\\HasNoChildren) "/" Phantom\r\n* LIST (\\Noselect) "/" Shelf\r\n'
    inbox = re.compile(rb"\* LIST [^\r]*INBOX\r\n")
    wire.rewrite = lambda data: inbox.sub(lambda match: match[0] + phantom, data)
    mailbox = office.pull(4)
    assert mailbox.state == Mailbox.State.ACTIVE and office.subjects() == ["Question 1"]
    folder = named(office, "Phantom")
    assert folder.parked_reason == "folder.gone"
    assert folder.parked_until is not None
    assert folder.parked_until > timezone.now() + timedelta(hours=5)
    shelf = named(office, "Shelf")
    assert not shelf.is_selectable and shelf.parked_until is None
    told = office.world.api(office.world.alice).get(f"mailboxes/{mailbox.uid}/")
    assert told.status_code == 200


def test_f20_it_keeps_odd_names_byte_for_byte(office: Office) -> None:
    names = ["Entwürfe & Co", "With space ", "Ordner/Ünter/日本", 'Quote"d \\ back', "inbox copy"]
    with office.box.client() as client:
        for number, name in enumerate(names):
            client.create_folder(name)
            client.append(name, mail(number))
    office.pull(2)
    assert office.subjects() == [f"Question {n}" for n in range(5)]
    with office.world.opened():
        shown = {folder.display: folder.name for folder in Folder.objects.all()}
    assert set(names) <= set(shown)
    assert shown["Entwürfe & Co"] == "Entw&APw-rfe &- Co"


def test_f77_it_says_which_folder_it_may_not_read(office: Office, wire: Proxy) -> None:
    office.box.put(mail(1))
    office.box.put(mail(2), folder="Boss")
    asked: set[bytes] = set()

    def overhear(data: bytes) -> None:
        asked.update(re.findall(rb'(\w+) EXAMINE "Boss"', data))

    def refuse(data: bytes) -> bytes:
        for tag in asked:
            no = tag + rb" NO [NOPERM] Access denied\r\n"
            data = re.sub(tag + rb" OK [^\r]*\r\n", no, data)
        return data

    wire.overhear, wire.rewrite = overhear, refuse
    mailbox = office.pull(4)
    assert (mailbox.state, office.subjects()) == (Mailbox.State.ACTIVE, ["Question 1"])
    assert named(office, "Boss").parked_reason == "permission.denied"
    assert office.schedule().fail_count == 0 and office.schedule().is_enabled
