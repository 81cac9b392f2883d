"""Connections that hang, are cut or are refused, while waiting as while reading."""

import re
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest

from crm.workspaces import guard
from inbox.models import LedgerEntry, Mailbox, Outgoing
from sync.actions import lease
from sync.actions.listen import Listener
from sync.providers import errors
from sync.providers.base import Endpoint, Security
from sync.providers.imap_idle import Watch
from tests.servers import certificates, dovecot
from tests.servers.fixtures import Box, mail
from tests.servers.proxy import Proxy
from tests.servers.sink import Sink
from tests.sync.office import Office
from tests.sync.test_listen import turns
from tests.world import World

pytestmark = pytest.mark.peers


@pytest.fixture
def watch(box: Box, wire: Proxy, policy: guard.Policy) -> Iterator[Watch]:
    """A connection that waits for news of the inbox, over a wire that can be spoiled."""
    endpoint = Endpoint("localhost", wire.port, Security.PLAIN, allow_plain=True)
    found = Watch(endpoint, box.login, policy=policy, timeout=1.0)
    found.open("INBOX")
    found.start()
    yield found
    found.close()


def test_f27_it_gives_up_a_connection_that_fell_silent_while_waiting(
    watch: Watch, wire: Proxy
) -> None:
    """Half open: nothing is refused and nothing answers, as behind a NAT that forgot us."""
    wire.silent_after = 0
    began = time.monotonic()
    with pytest.raises(errors.Transient, match="timeout"):
        watch.done()
    assert time.monotonic() - began < 10
    wire.heal()
    watch.open("INBOX")
    assert watch.start() in (True, False)


def test_f27_it_begins_anew_before_the_server_calls_it_dead(watch: Watch) -> None:
    assert not watch.is_due()
    assert 9 * 60 - 1 < watch.reissue_at - watch.clock() <= 25 * 60


def test_f27_it_listens_again_after_it_was_cut_while_waiting(office: Office, wire: Proxy) -> None:
    office.pull()
    with Listener() as listener:
        turns(listener, lambda: len(listener.selector.get_map()) == 1)
        ear = listener.ears[office.mailbox.pk]
        wire.cut_after = 0
        with office.box.client() as client:
            client.append("INBOX", mail(1))
        turns(listener, lambda: ear.failures == 1)
        assert len(listener.selector.get_map()) == 0
        wire.heal()
        ear.retry_at = 0.0
        turns(listener, lambda: len(listener.selector.get_map()) == 1)
    # What came meanwhile is found, for beginning to listen makes the mailbox due
    office.pull()
    assert office.subjects() == ["Question 1"]


@pytest.mark.parametrize("after", [400, 2_000, 30_000, 75_000])
def test_f10_it_loses_nothing_wherever_the_wire_is_cut(
    office: Office, wire: Proxy, after: int
) -> None:
    office.box.put(*(mail(n, size=10_000) for n in range(10)))
    wire.cut_after = after
    office.pull()
    wire.heal()
    office.rewind(LedgerEntry, "not_before", timedelta(hours=1), not_before__isnull=False)
    assert office.pull(2).state == Mailbox.State.ACTIVE
    assert office.decisions() == {"imported": 10} and len(office.subjects()) == 10


def test_f78_it_stops_in_the_middle_of_a_session_when_told_to(office: Office, wire: Proxy) -> None:
    """A server that throttles after the sign-in, in its own words, on the mails themselves."""
    office.box.put(*(mail(n) for n in range(5)))
    words = b"* BYE Request is throttled. Suggested Backoff Time: 400000 milliseconds\r\n"
    wire.rewrite = lambda data: re.sub(rb"(?s)\* 1 FETCH \(UID 1 FLAGS.*BODY\[\].*", words, data)
    office.pull()
    row = office.schedule()
    assert row.fail_code == "server.limit" and row.retry_at is not None
    wire.heal()
    assert office.pull().state == Mailbox.State.ACTIVE
    assert office.decisions() == {"imported": 5}


def test_f82_it_takes_a_full_server_for_no_wrong_password(
    world: World, box: Box, certificate: certificates.Certificate
) -> None:
    with dovecot.dovecot(certificate, connections=1) as server:
        crowded = Box(server, box.address, certificate.authority)
        office = Office.open(world, crowded)
        with crowded.client():
            for _time in range(4):
                office.pull()
        row = office.schedule()
        assert (row.fail_code, row.is_enabled) == ("server.limit", True)
        assert office.look().state != Mailbox.State.NEEDS_REAUTH
        crowded.put(mail(1))
        assert office.pull().state == Mailbox.State.ACTIVE
        assert office.subjects() == ["Question 1"]


def test_f82_it_holds_at_most_two_connections(
    office: Office, wire: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.box.put(*(mail(n) for n in range(20)))
    office.pull()
    office.box.put(*(mail(n) for n in range(20, 30)))
    seen: list[int] = []
    monkeypatch.setattr(lease, "watch", lambda _point: seen.append(wire.open))
    with Listener() as listener:
        turns(listener, lambda: len(listener.selector.get_map()) == 1)
        office.pull()
    assert max(seen) == 2


@pytest.mark.parametrize("who", ["busy", "later"])
def test_f62_it_sends_later_what_was_put_off_in_the_middle_of_a_session(
    world: World, box: Box, smtp_sink: Sink, who: str
) -> None:
    """421 at a recipient, and 452 after the mail itself: in both cases nothing was taken."""
    office = Office.open(world, box, smtp_port=smtp_sink.port)
    item = office.write(f"{who}@customer.test")
    other = office.write("dana@customer.test")
    office.push()
    told = office.outgoing(item)
    assert (told.state, told.attempts) == (Outgoing.State.QUEUED, 1)
    assert office.outgoing(other).state == Outgoing.State.SENT
    assert [found.recipients for found in smtp_sink.mails] == [["dana@customer.test"]]
