"""The engine's log lines tell what it does, and nothing that mail or secrets say."""

import io
import logging

import pytest

from crm.config import logs
from inbox.models import Outgoing
from tests.servers.dovecot import PASSWORD
from tests.servers.exim import Exim
from tests.servers.fixtures import Box
from tests.sync.office import Office
from tests.world import World

CANARY = "canary"


@pytest.mark.peers
@pytest.mark.parametrize("as_json", [True, False])
def test_it_logs_no_secret_and_no_mail_of_a_sync_and_a_send(
    world: World, box: Box, exim_server: Exim, *, as_json: bool
) -> None:
    """Every logger at its most talkative, its lines written as the processes write them."""
    entry = logs.formatter(as_json=as_json)
    written = io.StringIO()
    heard = logging.StreamHandler(written)
    heard.setFormatter(entry.pop("()")(**entry))
    heard.setLevel(logging.DEBUG)
    root, before = logging.getLogger(), logging.getLogger().level
    ours = [logging.getLogger(name) for name in ("sync", "inbox", "crm", "celery", "smtplib")]
    root.addHandler(heard)
    try:
        for log in (root, *ours):
            log.setLevel(logging.DEBUG)
        box.put(
            f"From: {CANARY} <{CANARY}@northwind.test>\r\nSubject: {CANARY} one\r\n\r\n"
            f"The {CANARY} sings.\r\n".encode()
        )
        office = Office.open(world, box, smtp_port=exim_server.port)
        logging.getLogger("sync").info("begun")
        office.pull(2)
        item = office.write(box.address, subject=f"{CANARY} two")
        office.push()
        assert office.outgoing(item).state == Outgoing.State.SENT
        assert f"{CANARY} one" in office.subjects()
    finally:
        root.removeHandler(heard)
        for log in ours:
            log.setLevel(logging.NOTSET)
        root.setLevel(before)
    text = written.getvalue()
    assert "begun" in text
    assert CANARY not in text.lower()
    assert PASSWORD not in text
