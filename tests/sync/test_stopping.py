"""A worker that is asked to end lets go at its next good place, and another goes on at once."""

from collections.abc import Iterator

import pytest
from django.utils import timezone

from inbox.models import Mailbox, Outgoing
from sync import tasks
from sync.actions import lease, run
from tests.servers.fixtures import Box, mail
from tests.servers.sink import Sink
from tests.sync.office import Office
from tests.world import World

pytestmark = pytest.mark.peers


@pytest.fixture(autouse=True)
def awake() -> Iterator[None]:
    """Whatever a story does, the next worker is not asked to end."""
    yield
    run.stopping.clear()


def test_it_gives_a_mailbox_back_in_the_middle_of_an_import(
    world: World, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    box.put(*(mail(n) for n in range(120)))
    office = Office.open(world, box)
    commits = []

    def stop(point: str) -> None:
        if point == "after commit":
            commits.append(point)
            if len(commits) == 3:
                tasks.stop()

    monkeypatch.setattr(lease, "watch", stop)
    office.pull()
    row = office.schedule()
    assert office.decisions().get("imported", 0) < 120
    assert row.lease_until is None and row.due_at <= timezone.now()
    run.stopping.clear()
    for _again in range(5):
        if office.pull().state == Mailbox.State.ACTIVE:
            break
    assert office.decisions() == {"imported": 120}


def test_it_finishes_the_mail_it_is_at_and_leaves_the_rest(
    world: World, box: Box, smtp_sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = Office.open(world, box, smtp_port=smtp_sink.port)
    office.pull()
    items = [office.write(f"p{n}@customer.test", subject=f"Offer {n}") for n in range(3)]
    monkeypatch.setattr(lease, "watch", lambda point: tasks.stop() if point == "accepted" else None)
    office.push()
    states = [office.outgoing(item).state for item in items]
    assert states == [Outgoing.State.SENT, Outgoing.State.QUEUED, Outgoing.State.QUEUED]
    row = office.schedule("out")
    assert row.lease_until is None and row.due_at <= timezone.now()
    monkeypatch.undo()
    run.stopping.clear()
    office.push()
    arrived = [found.recipients[0] for found in smtp_sink.mails]
    assert sorted(arrived) == [f"p{n}@customer.test" for n in range(3)]
