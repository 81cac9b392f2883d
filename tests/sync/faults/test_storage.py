"""The database has no room, breaks off, or refuses in the middle of a batch."""

from collections.abc import Callable, Iterator

import psycopg
import pytest
from django.conf import settings
from django.db import close_old_connections

from inbox.models import Blob, LedgerEntry, Mailbox, Message, Outgoing
from sync import tasks
from sync.actions import lease
from sync.providers import texts
from tests.servers.fixtures import Box, mail
from tests.servers.sink import Sink
from tests.sync.faults.test_queue import ticket
from tests.sync.office import Office
from tests.world import World

pytestmark = pytest.mark.peers
State = Mailbox.State
FULL = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'could not extend file "base/1/2": No space left on device'
        USING ERRCODE = '{code}';
END $$;
CREATE TRIGGER refuse BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION refuse();
"""
Refuse = Callable[..., None]


@pytest.fixture
def admin(db: None) -> Iterator[psycopg.Connection]:
    name = str(settings.DATABASES["default"]["NAME"])
    with psycopg.connect(settings.DATABASE_ADMIN_URL, dbname=name, autocommit=True) as found:
        yield found
        found.execute("DROP FUNCTION IF EXISTS refuse CASCADE")


@pytest.fixture
def refuse(admin: psycopg.Connection) -> Refuse:
    """From now on the database answers so to writes into a table; without one all is well."""

    def change(table: str = "", event: str = "INSERT", code: str = "disk_full") -> None:
        admin.execute("DROP FUNCTION IF EXISTS refuse CASCADE")
        if table:
            admin.execute(FULL.format(table=table, event=event, code=code))

    return change


@pytest.mark.parametrize("table", ["inbox_ledgerentry", "inbox_blob", "inbox_message"])
def test_f89_f90_it_pauses_while_the_disk_is_full_and_goes_on(
    world: World, box: Box, refuse: Refuse, table: str
) -> None:
    box.put(*(mail(n) for n in range(10)))
    office = Office.open(world, box)
    refuse(table)
    tasks.pull(**ticket(office, "in"))
    mailbox = office.look()
    assert (mailbox.state, mailbox.state_reason) == (State.DEGRADED, "storage.full")
    assert "make room" in texts.TEXTS[mailbox.state_reason].remedy
    row = office.schedule()
    assert row.lease_until is None and row.retry_at is not None and row.is_enabled
    with world.opened():
        assert not Message.objects.exists()
        assert table != "inbox_blob" or not Blob.objects.exists()
        assert not LedgerEntry.objects.exclude(decision="pending").exists()
    refuse()
    assert office.pull(2).state == State.ACTIVE
    assert office.decisions() == {"imported": 10}


def test_f89_it_sends_once_although_the_disk_was_full(
    world: World, box: Box, smtp_sink: Sink, refuse: Refuse
) -> None:
    office = Office.open(world, box, smtp_port=smtp_sink.port)
    office.pull()
    item = office.write("dana@customer.test")
    refuse("inbox_outgoing", "UPDATE")
    tasks.push(**ticket(office, "out"))
    assert smtp_sink.mails == []
    assert office.look().state_reason == "storage.full"
    refuse()
    office.push()
    assert office.outgoing(item).state == Outgoing.State.SENT
    assert len(smtp_sink.mails) == 1


def test_f89_it_does_not_send_again_what_it_had_no_room_to_note(
    world: World, box: Box, smtp_sink: Sink, refuse: Refuse
) -> None:
    office = Office.open(world, box, smtp_port=smtp_sink.port)
    office.pull()
    item = office.write("dana@customer.test")
    refuse("inbox_message")
    tasks.push(**ticket(office, "out"))
    assert len(smtp_sink.mails) == 1
    refuse()
    office.push()
    assert office.outgoing(item).state == Outgoing.State.UNKNOWN
    box.put(smtp_sink.mails[0].raw, folder="Sent")
    office.pull()
    office.push()
    assert office.outgoing(item).state == Outgoing.State.SENT
    assert len(smtp_sink.mails) == 1


@pytest.mark.parametrize("code", ["deadlock_detected", "query_canceled", "admin_shutdown"])
def test_f89_it_repeats_a_batch_the_database_broke_off(
    world: World, box: Box, refuse: Refuse, code: str
) -> None:
    box.put(*(mail(n) for n in range(10)))
    office = Office.open(world, box)
    refuse("inbox_message", code=code)
    tasks.pull(**ticket(office, "in"))
    with world.opened():
        assert not Message.objects.exists()
    refuse()
    assert office.pull(2).state == State.ACTIVE
    assert office.decisions() == {"imported": 10}
    assert len(office.subjects()) == 10


def test_f89_it_goes_on_after_every_session_was_ended_in_the_middle(
    world: World, box: Box, admin: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a restart of PostgreSQL does to a run, at one commit after the other."""
    box.put(*(mail(n) for n in range(10)))
    office = Office.open(world, box)
    for number in range(2, 9, 2):
        left = number

        def watch(point: str) -> None:
            nonlocal left
            left -= point == "before commit"
            if point == "before commit" and not left:
                admin.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database()"
                    " AND usename IN ('fio_app', 'fio_system')"
                )

        monkeypatch.setattr(lease, "watch", watch)
        tasks.pull(**ticket(office, "in"))
        close_old_connections()  # as Celery does between two tasks
    monkeypatch.undo()
    assert office.pull(3).state == State.ACTIVE
    assert office.decisions() == {"imported": 10}
    assert len(office.subjects()) == 10
