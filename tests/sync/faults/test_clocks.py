"""A worker whose clock is an hour off does everything at the right time."""

from collections.abc import Callable
from datetime import datetime, timedelta

import psycopg
import pytest
from django.conf import settings
from django.utils import timezone

from inbox.models import Outgoing
from sync.actions import claim, clock
from sync.models import Schedule
from tests.servers.fixtures import Box, mail
from tests.servers.script import scripted
from tests.servers.sink import Sink
from tests.sync.office import Office
from tests.sync.test_limits import FULL
from tests.world import World

pytestmark = pytest.mark.peers
HOUR = timedelta(hours=1)
Skewed = Callable[[], None]


@pytest.fixture(params=[HOUR, -HOUR], ids=["ahead", "behind"])
def skew(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Skewed:
    """Puts this host's clock off; the database keeps the right time."""
    right: Callable[[], datetime] = timezone.now

    def put_off() -> None:
        monkeypatch.setattr(timezone, "now", lambda: right() + request.param)

    return put_off


def due(office: Office, lane: str) -> timedelta:
    """How far away the next run is by the database's clock."""
    name = str(settings.DATABASES["default"]["NAME"])
    with psycopg.connect(settings.DATABASE_ADMIN_URL, dbname=name) as admin:
        found = admin.execute(
            "SELECT GREATEST(due_at, retry_at) - now() FROM sync_schedule"
            " WHERE mailbox_id = %s AND lane = %s",
            [office.mailbox.pk, lane],
        ).fetchone()
    assert found is not None
    pause: timedelta = found[0]
    return pause


def test_f45_it_comes_again_in_a_minute_and_not_in_an_hour(
    world: World, box: Box, skew: Skewed
) -> None:
    box.put(mail(1))
    office = Office.open(world, box)
    with world.opened():
        # As a claim leaves it: nobody asked for another run since
        Schedule.objects.update(due_at=timezone.now() + 3 * HOUR)
    skew()
    office.pull()
    assert timedelta(seconds=40) < due(office, "in") < timedelta(seconds=80)
    with world.opened():
        assert not Schedule.objects.exclude(retry_at=None).exists()


def test_f45_it_pauses_as_long_as_the_server_asked(world: World, box: Box, skew: Skewed) -> None:
    office = Office.open(world, box)
    skew()
    with scripted(*FULL) as server:
        office.over(server.port)
        office.pull()
    assert timedelta(minutes=5) < due(office, "in") < timedelta(minutes=15)
    assert claim.claim(owner="anybody") == [] or due(office, "in") > timedelta(minutes=5)


def test_f45_it_keeps_the_time_to_undo(
    world: World, box: Box, smtp_sink: Sink, skew: Skewed
) -> None:
    office = Office.open(world, box, smtp_port=smtp_sink.port)
    office.pull()
    waiting = office.write("dana@customer.test")
    office.rewind(Outgoing, "send_after", -timedelta(minutes=30))
    due_now = office.write("erik@customer.test")
    skew()
    office.push()
    assert office.outgoing(waiting).state == Outgoing.State.QUEUED
    assert office.outgoing(due_now).state == Outgoing.State.SENT
    assert [found.recipients for found in smtp_sink.mails] == [["erik@customer.test"]]


def test_f45_it_does_not_notice_that_its_clock_was_set_during_a_run(
    world: World, box: Box, skew: Skewed
) -> None:
    office = Office.open(world, box)
    office.lease("in")
    before = clock.now()
    skew()
    assert timedelta(0) <= clock.now() - before < timedelta(minutes=1)
