"""Workers and scheduler are killed while planned mails come due and people stop some of them."""

import random
import threading
import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import connections
from django.utils import timezone

from bench import ground
from bench.figures import Figure
from bench.ground import Office
from bench.kill import count, labor
from inbox.actions import compose, direct
from inbox.models import Outgoing
from tests.servers.sink import sink

# All of them come due within so many seconds, and every fifth is stopped around its time
WITHIN, BEFORE, EVERY = 60.0, 5.0, 5


@dataclass
class Stopping:
    """Somebody who stops mails, each within two seconds of its time, and what came of it."""

    office: Office
    chosen: list[Outgoing]
    stopped: list[str] = field(default_factory=list)
    too_late: list[str] = field(default_factory=list)

    def run(self) -> None:
        luck = random.Random(7)
        try:
            for row in self.chosen:
                at = row.send_after + timedelta(seconds=luck.uniform(-2, 2))
                time.sleep(max(0.0, (at - timezone.now()).total_seconds()))
                self._stop(row)
        finally:
            connections.close_all()

    def _stop(self, row: Outgoing) -> None:
        world, to = self.office.world, str(row.recipients[0])
        try:
            with world.opened():
                compose.cancel(outgoing=row, by=world.alice, at=timezone.now())
        except compose.TooLate:
            self.too_late.append(to)
        else:
            self.stopped.append(to)


def story(server: Any, certificate: Any, *, mails: int, kills: int) -> list[Figure]:
    """Planned mails leave once each, whoever dies; what was stopped never leaves."""
    luck = random.Random(4)
    with sink(certificate) as smtp:
        box = ground.box(server, certificate)
        office = Office.open(ground.World.build(), box, smtp_port=smtp.port)
        ground.pull_all(office)
        with labor.working(office) as running:
            stopping = Stopping(office, _plan(office, mails)[::EVERY])
            person = threading.Thread(target=stopping.run)
            person.start()
            killed = labor.kill_along(
                running, kills, mails, lambda: count.leaving(office), lambda: luck.uniform(0, 0.2)
            )
            person.join()
        arrived = {address for mail in smtp.mails for address in mail.recipients}
        return [
            Figure("kill -9 of the worker, each fifth time of the scheduler too", killed),
            Figure("stopped by a person", len(stopping.stopped)),
            Figure("of them arrived", len(arrived.intersection(stopping.stopped)), 0),
            Figure("told that it was too late", len(stopping.too_late)),
            *count.sending(office, smtp),
        ]


def _plan(office: Office, mails: int) -> list[Outgoing]:
    """Mails written and planned as a member does, in the order of their times."""
    world, planned = office.world, []
    starts = timezone.now() + timedelta(seconds=BEFORE + mails * 0.02)
    for number in range(mails):
        letter = direct.Letter(
            mailbox=office.mailbox,
            to=[["", f"s{number}@customer.test"]],
            subject=f"Offer {number}",
            text="Here is our offer.",
        )
        at = starts + timedelta(seconds=number * WITHIN / mails)
        with world.opened():
            now = timezone.now()
            planned.append(direct.send(letter=letter, by=world.alice, at=now, send_after=at))
    return planned
