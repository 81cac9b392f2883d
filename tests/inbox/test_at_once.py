"""Mail comes in at the moment in which somebody puts its conversation away: neither is lost."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection, connections

from inbox.actions import follow, placing, snoozing, triage, waking
from inbox.models import MailboxThread, Message, Wake
from tests import make
from tests.world import NOW, World

# So long somebody gets who may have to wait for us, and then we go on
PATIENCE = 1


@contextmanager
def meanwhile(world: World, sql: str, act: Callable[[], Any]) -> Iterator[None]:
    """Somebody else does this just before the first statement with these words is run."""
    begun: list[Future[None]] = []

    def other() -> None:
        try:
            with world.opened():
                act()
        finally:
            connections.close_all()

    def watch(execute: Callable[..., Any], text: str, *rest: Any) -> Any:
        if not begun and sql in str(text):
            begun.append(pool.submit(other))
            wait(begun, timeout=PATIENCE)
        return execute(text, *rest)

    with ThreadPoolExecutor(1) as pool:
        with connection.execute_wrapper(watch):
            yield
        assert begun
        begun[0].result()


@pytest.mark.parametrize("verb", ["archive", "snooze"])
def test_what_is_put_away_stays_so_while_its_row_is_added_up(world: World, verb: str) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        row = make.message(box, is_read=False)
        pair = row.thread_id, box.pk
    by: dict[str, Any] = {"threads": [row.thread], "by": world.alice, "at": NOW}

    def put_away() -> None:
        if verb == "snooze":
            snoozing.snooze(until=NOW + timedelta(days=1), **by)
        else:
            triage.triage(verb=verb, **by)

    with meanwhile(world, "UPDATE inbox_mailboxthread", put_away), world.opened():
        placing.refresh([pair], visibility={}, reopened=set())
    with world.opened():
        entry = MailboxThread.objects.get()
        assert entry.place == ("snoozed" if verb == "snooze" else "archive")
        assert Wake.objects.count() == (verb == "snooze")


def test_what_is_read_meanwhile_is_not_unread_for_ever(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        row = make.message(box, is_read=False)
        pair = row.thread_id, box.pk

    def read() -> None:
        triage.triage(verb="read", threads=[row.thread], by=world.alice, at=NOW)

    with meanwhile(world, "UPDATE inbox_mailboxthread", read), world.opened():
        placing.refresh([pair], visibility={}, reopened=set())
    with world.opened():
        assert Message.objects.get().is_read
        assert MailboxThread.objects.get().unread_count == 0


def test_nobody_waits_in_a_circle_while_a_conversation_comes_back(world: World) -> None:
    with world.opened():
        row = make.message(make.mailbox(world.alice))
    by: dict[str, Any] = {"threads": [row.thread], "by": world.alice}
    until = NOW + timedelta(days=1)
    snooze = partial(snoozing.snooze, until=until, at=NOW, **by)
    with world.opened():
        snooze()

    def again() -> None:
        snoozing.snooze(until=until + timedelta(days=1), at=until, **by)

    # Somebody puts it aside once more at the moment in which it comes back
    with meanwhile(world, 'FROM "inbox_mailboxthread"', again):
        waking.wake(workspace_id=world.acme.pk, at=until)
    with world.opened():
        assert MailboxThread.objects.get().place == "snoozed"
        assert Wake.objects.get().due_at == until + timedelta(days=1)


def test_nobody_waits_in_a_circle_while_flags_come_in(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        row = make.message(box, is_read=False)
        entry = row.locations.get()

    def read() -> None:
        triage.triage(verb="read", threads=[row.thread], by=world.alice, at=NOW)

    with meanwhile(world, "inbox_mailboxthread", read), world.opened():
        follow.flags_changed(mailbox=box, flags={entry.pk: frozenset({"\\Seen"})}, at=NOW)
    with world.opened():
        assert Message.objects.get().is_read
        assert MailboxThread.objects.get().unread_count == 0
