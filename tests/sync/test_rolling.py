"""Renewing every process under load, with a migration between: nothing fails, nothing is lost."""

import os
import time
from pathlib import Path

import pytest
from django.db import OperationalError, connections

from tests.servers import upgrade
from tests.servers.fixtures import Box
from tests.servers.sink import Sink
from tests.servers.stack import stack
from tests.sync.office import Office
from tests.world import World

pytestmark = [pytest.mark.peers, pytest.mark.timeout(900)]
NAMES = ("pages", "pages-two", "events", "worker-in", "scheduler")
EVERY = {"worker-in": "mail.out,mail.in.hot,mail.in,mail.backfill,mail.maint,default"}


def expand() -> None:
    """What a new release adds, as `migrate` does it: no lock is waited for long."""
    for _again in range(20):
        try:
            _owner("ALTER TABLE inbox_message ADD COLUMN next_release text NOT NULL DEFAULT ''")
            return
        except OperationalError:
            time.sleep(0.5)
    raise AssertionError("the table was never free")


def contract() -> None:
    _owner("ALTER TABLE inbox_message DROP COLUMN IF EXISTS next_release")


def _owner(statement: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement)


def test_it_is_renewed_without_a_failed_request(
    world: World, box: Box, smtp_sink: Sink, tmp_path: Path
) -> None:
    office = Office.open(world, box, smtp_port=smtp_sink.port)
    env = {name: value for name, value in os.environ.items() if name.startswith("FIO_")}
    env["FIO_MAIL_CAFILE"] = str(box.authority)
    try:
        with stack(tmp_path, env, *NAMES, lanes=EVERY) as running:
            told = upgrade.tell(office, smtp_sink, running, NAMES, migrate=expand, pause=0.3)
    finally:
        contract()
    assert told.failures == []
    assert set(told.asked) == {"page", "API", "send", "events"}
    assert told.accepted and told.arrived
    assert (told.not_sent, told.sent_twice) == (0, 0)
    assert (told.not_imported, told.imported_twice) == (0, 0)
