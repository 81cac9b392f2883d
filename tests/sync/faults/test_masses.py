"""A folder of a million, and everything due at once."""

import tracemalloc
from datetime import timedelta

from crm.workspaces import guard
from sync.actions import outcome
from sync.actions.listen import Listener
from sync.models import Schedule
from sync.providers import errors
from sync.providers.base import Budget, Cursor, Endpoint, Login, Security
from sync.providers.imap import ImapProvider
from tests import make
from tests.servers.vast import vast
from tests.world import World


def test_f23_it_walks_through_a_million_in_even_steps(policy: guard.Policy) -> None:
    with vast(1_000_000) as server:
        endpoint = Endpoint("localhost", server.port, Security.PLAIN, allow_plain=True)
        provider = ImapProvider(endpoint, Login("alice", "secret"), policy=policy, timeout=20.0)
        cursor = provider.changes("INBOX", None, None, Budget()).next_cursor
        assert cursor is not None
        tracemalloc.start()
        highest = 1_000_001
        for _window in range(8):
            page = provider.history("INBOX", cursor, Budget())
            numbers = [state.ref.number for state in page.upserts]
            assert 500 <= len(numbers) <= 2_000 and not page.complete
            assert numbers == sorted(numbers, reverse=True) and numbers[0] == highest - 1
            highest, cursor = numbers[-1], page.next_cursor or {}
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        provider.close()
        assert server.listed < 20_000
    assert peak < 16_000_000


def test_f23_it_comes_to_the_end_of_a_million(policy: guard.Policy) -> None:
    with vast(1_000_000) as server:
        endpoint = Endpoint("localhost", server.port, Security.PLAIN, allow_plain=True)
        provider = ImapProvider(endpoint, Login("alice", "secret"), policy=policy, timeout=20.0)
        cursor: Cursor = {"generation": 1, "next": 1_000_001, "low": 2_500, "messages": 1_000_000}
        seen: list[int] = []
        while True:
            page = provider.history("INBOX", cursor, Budget())
            seen += [state.ref.number for state in page.upserts]
            if page.complete:
                break
            cursor = page.next_cursor or {}
        provider.close()
    assert seen == list(range(2_499, 0, -1))


def test_f87_it_spreads_what_comes_back_after_an_outage() -> None:
    away = errors.Transient("connect.failed")
    for count in (1, 3, 20):
        pauses = [outcome.backoff(away, count) for _mailbox in range(300)]
        middle = sorted(pauses)[150]
        assert max(pauses) - min(pauses) > middle * 0.15
        assert min(pauses) > timedelta(seconds=20) and max(pauses) < timedelta(hours=1.2)


def test_f87_it_opens_the_connections_of_listeners_a_few_at_a_time(world: World) -> None:
    with world.opened():
        for number in range(70):
            make.connection(make.mailbox(world.alice, address=f"box{number}@acme.test"))
        Schedule.objects.update(last_ok_at="2026-11-01T00:00Z", fail_count=0)
    with Listener() as listener:
        listener._count()
        assert len(listener.ears) == 50
        listener._count()
        assert len(listener.ears) == 70
