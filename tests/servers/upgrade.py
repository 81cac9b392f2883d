"""A rolling upgrade under load, told as one story: who was there, and what came of the mail."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from inbox.models import Message, Outgoing
from tests.servers.fixtures import mail
from tests.servers.load import Load
from tests.servers.sink import Sink
from tests.servers.stack import Stack
from tests.sync.office import Office

PATIENCE = 300.0


@dataclass(frozen=True)
class Told:
    """What came of everything; each count is of what must not have happened, but the first two."""

    asked: dict[str, int]
    slowest: dict[str, float]
    failures: list[str]
    accepted: int
    not_sent: int
    sent_twice: int
    arrived: int
    not_imported: int
    imported_twice: int


def tell(
    office: Office,
    sink: Sink,
    stack: Stack,
    names: Sequence[str],
    *,
    migrate: Callable[[], None] = lambda: None,
    pause: float = 0.1,
) -> Told:
    """Under load, migrate and then renew these one after the other."""
    with load(office, stack, pause) as busy:
        time.sleep(3)
        migrate()
        for name in names:
            stack.renew(name)
        time.sleep(3)
    return _count(office, sink, busy)


def load(office: Office, stack: Stack, pause: float) -> Load:
    """Alice at her inbox, and a program with her token."""
    world = office.world
    cookie = world.browser(world.alice).cookies["fio-session"].value
    token = world.api(world.alice).headers["Authorization"].removeprefix("Bearer ")
    return Load(
        stack.port,
        f"fio-session={cookie}",
        token,
        str(office.mailbox.uid),
        lambda number: office.box.put(mail(1000 + number)),
        pause,
    )


def _count(office: Office, sink: Sink, busy: Load) -> Told:
    """Wait until nothing moves any more, then count on both sides."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and _moves(office, busy):
        time.sleep(1)
    gone = Counter(address for found in sink.mails for address in found.recipients)
    with office.world.opened():
        ids = Counter(Message.objects.filter(direction="in").values_list("rfc_id", flat=True))
    wanted = [f"{1000 + number}.question@customer.test" for number in range(1, busy.arrived + 1)]
    return Told(
        asked=busy.asked,
        slowest=busy.slowest,
        failures=busy.failures,
        accepted=len(busy.accepted),
        not_sent=sum(gone[address] == 0 for address in busy.accepted),
        sent_twice=sum(count > 1 for count in gone.values()),
        arrived=busy.arrived,
        not_imported=sum(ids[rfc_id] == 0 for rfc_id in wanted),
        imported_twice=sum(count > 1 for count in ids.values()),
    )


def _moves(office: Office, busy: Load) -> bool:
    soon = timezone.now() + timedelta(minutes=1)
    with office.world.opened():
        waiting = Outgoing.objects.filter(state__in=["queued", "sending"], send_after__lte=soon)
        here = Message.objects.filter(direction="in").count()
        return waiting.exists() or here < busy.arrived
