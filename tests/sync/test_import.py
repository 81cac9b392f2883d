"""A mailbox is imported, stays in step, and every message has a decision."""

from datetime import UTC, date, datetime

import pytest
from django.db import connections

from crm.timeline.models import Event
from inbox.models import Folder, LedgerEntry, Mailbox, Message, Thread
from sync.models import FolderCursor
from tests.servers.fixtures import Box, mail
from tests.sync.office import Office
from tests.world import World

pytestmark = pytest.mark.peers


def test_it_imports_everything_there_is(world: World, box: Box) -> None:
    box.put(*(mail(n) for n in range(30)))
    box.put(*(mail(n) for n in range(30, 35)), folder="Projects")
    office = Office.open(world, box)
    mailbox = office.pull()
    assert office.decisions() == {"imported": 35}
    assert len(office.subjects()) == 35
    assert mailbox.state == Mailbox.State.ACTIVE
    assert mailbox.complete_until is not None
    assert office.folder("inbox").total == 30


def test_it_writes_nothing_when_nothing_changed(world: World, box: Box) -> None:
    box.put(*(mail(n) for n in range(5)))
    office = Office.open(world, box)
    office.pull()
    before = _rows(office)
    mailbox = office.pull()
    assert _rows(office) == before
    assert mailbox.state == Mailbox.State.ACTIVE


def test_it_brings_new_mail_and_says_that_it_is_new(world: World, box: Box) -> None:
    box.put(mail(1))
    office = Office.open(world, box)
    office.pull()
    box.put(mail(2))
    office.pull()
    assert office.subjects(origin="backfill") == ["Question 1"]
    assert office.subjects(origin="live") == ["Question 2"]


def test_it_leaves_out_what_is_older_than_asked_for(world: World, box: Box) -> None:
    with box.client() as client:
        client.append("INBOX", mail(1), (), _day(2024))
        client.append("INBOX", mail(2), (), _day(2026))
    office = Office.open(world, box, sync_from=date(2025, 1, 1))
    mailbox = office.pull()
    assert office.decisions() == {"skipped": 1, "imported": 1}
    assert office.subjects() == ["Question 2"]
    assert mailbox.state == Mailbox.State.ACTIVE


def test_it_reads_only_chosen_folders(world: World, box: Box) -> None:
    box.put(mail(1))
    box.put(mail(2), folder="Private")
    office = Office.open(world, box, folders=["INBOX", "Sent"])
    office.pull()
    assert office.subjects() == ["Question 1"]


def test_it_lists_the_same_bytes_once_with_two_places(world: World, box: Box) -> None:
    box.put(mail(1))
    box.put(mail(1), folder="Copies")
    office = Office.open(world, box)
    office.pull()
    assert office.decisions() == {"imported": 1, "duplicate": 1}
    assert office.subjects() == ["Question 1"]


def test_it_follows_what_is_read_elsewhere(world: World, box: Box) -> None:
    box.put(mail(1), mail(2))
    office = Office.open(world, box)
    office.pull()
    with box.client() as client:
        client.select_folder("INBOX")
        client.add_flags([1], ["\\Seen"])
    office.pull()
    assert office.subjects(is_read=True) == ["Question 1"]
    assert office.subjects(is_read=False) == ["Question 2"]


def _rows(office: Office) -> list[tuple[object, ...]]:
    """Every row with the transaction that wrote it last."""
    found: list[tuple[object, ...]] = []
    with office.world.opened(), connections["default"].cursor() as cursor:
        for model in (Message, LedgerEntry, Folder, FolderCursor, Mailbox, Thread, Event):
            cursor.execute(f"SELECT xmin::text, id FROM {model._meta.db_table} ORDER BY id")
            found += cursor.fetchall()
    return found


def _day(year: int) -> datetime:
    return datetime(year, 6, 1, 12, tzinfo=UTC)
