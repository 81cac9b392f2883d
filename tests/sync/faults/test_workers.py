"""Workers that freeze, are overtaken, or work for a mailbox that was taken away."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from django.utils import timezone

from inbox.models import LedgerEntry, Mailbox, Message
from sync.actions import lease, pausing, pull
from sync.models import Connection
from tests.servers.fixtures import Box, mail
from tests.servers.proxy import Proxy
from tests.sync.office import Office
from tests.world import World

pytestmark = pytest.mark.peers


def at_commit(monkeypatch: pytest.MonkeyPatch, number: int, act: Callable[[], None]) -> None:
    """Do something when a run comes to its Nth commit."""
    seen = 0

    def watch(point: str) -> None:
        nonlocal seen
        seen += point == "after commit"
        if point == "after commit" and seen == number:
            act()

    monkeypatch.setattr(lease, "watch", watch)


def sessions() -> int:
    """How many sessions of ours the database has."""
    name = str(settings.DATABASES["default"]["NAME"])
    with psycopg.connect(settings.DATABASE_ADMIN_URL, dbname=name) as admin:
        found = admin.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE usename IN ('fio_app', 'fio_system')"
            " AND datname = current_database()"
        ).fetchone()
    assert found is not None
    return int(found[0])


def until(true: Callable[[], object]) -> None:
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)


@pytest.mark.parametrize("number", [1, 2, 4])
def test_f85_it_refuses_what_a_frozen_reader_still_had(
    world: World, box: Box, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """It froze with a transaction open, its lease ran out, another read on, and it woke up."""
    monkeypatch.setenv("FIO_MAIL_CAFILE", str(box.authority))
    box.put(*(mail(n) for n in range(20)))
    office = Office.open(world, box)
    words = [str(world.acme.pk), str(office.mailbox.pk), "in", str(number)]
    frozen = subprocess.Popen(
        [sys.executable, "-m", "tests.sync.sleeper", *words],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "crm.config.settings"},
        stderr=subprocess.DEVNULL,
    )
    try:
        until(lambda: _is_stopped(frozen.pid))
        assert office.pull(2).state == Mailbox.State.ACTIVE
        assert office.decisions() == {"imported": 20}
        before = _rows(office)
        frozen.send_signal(signal.SIGCONT)
        frozen.wait(60)
    finally:
        frozen.kill()
    assert _rows(office) == before


def test_f85_it_lets_nobody_hold_a_lane_by_freezing(world: World) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute("SHOW idle_in_transaction_session_timeout")
        assert cursor.fetchone() == ("1min",)
    assert lease.SECONDS > 60


def test_f85_it_leaves_no_connection_behind_when_it_was_overtaken(
    office: Office, wire: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.box.put(*(mail(n, size=20_000) for n in range(40)))
    held = sessions()

    def overtake() -> None:
        office.lease("in")

    for number in range(1, 7):
        at_commit(monkeypatch, number, overtake)
        pull.pull(office.lease("in"))
    monkeypatch.undo()
    until(lambda: wire.open == 0)
    assert sessions() <= held + 3, "one for each thread of the last run, given back to the pool"
    office.over(wire.port)
    assert office.pull(2).state == Mailbox.State.ACTIVE
    assert office.decisions() == {"imported": 40}


def test_f91_it_writes_nothing_for_a_mailbox_that_was_disconnected(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.box.put(*(mail(n) for n in range(20)))

    before: list[tuple[object, ...]] = []

    def disconnect() -> None:
        with office.world.opened():
            pausing.delete(by=office.world.alice, mailbox=office.look(), at=timezone.now())
        before.extend(_rows(office))

    at_commit(monkeypatch, 9, disconnect)
    pull.pull(office.lease("in"))
    assert before and _rows(office) == before
    assert office.look().state == Mailbox.State.DELETED
    with office.world.opened():
        assert not Connection.objects.exists()
    pull.pull(office.lease("in"))
    assert _rows(office) == before


def _is_stopped(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


def _rows(office: Office) -> list[tuple[object, ...]]:
    """Every row of the ledger and every message, with the transaction that wrote it."""
    found: list[tuple[object, ...]] = []
    with office.world.opened(), connections["default"].cursor() as cursor:
        for model in (LedgerEntry, Message):
            cursor.execute(f"SELECT xmin::text, id FROM {model._meta.db_table} ORDER BY id")
            found += cursor.fetchall()
    return found
