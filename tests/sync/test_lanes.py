"""Whoever holds a lane may write, nobody else; what is due is claimed once and fairly."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg
import pytest
from django.db import connections
from django.utils import timezone

from inbox.models import LedgerEntry, Mailbox, Outgoing
from sync.actions import claim, lease, pull
from sync.management.commands import scheduler
from sync.models import Schedule
from tests import make
from tests.servers.fixtures import Box, mail
from tests.servers.sink import Sink
from tests.sync.office import Office
from tests.world import World


def connected(world: World, address: str) -> Mailbox:
    with world.opened():
        box = make.mailbox(world.alice, address=address)
        make.connection(box)
    return box


def test_it_claims_each_due_lane_once(world: World) -> None:
    box = connected(world, "one@acme.test")
    first = claim.claim(owner="first")
    assert {item.lease.lane for item in first} == {"in", "out"}
    assert {item.lease.mailbox_id for item in first} == {box.pk}
    assert claim.claim(owner="second") == []
    assert {item.queue for item in first} == {"mail.backfill", "mail.out"}


def test_f59_it_claims_again_what_got_lost(world: World) -> None:
    connected(world, "one@acme.test")
    [lost] = [item for item in claim.claim(owner="first") if item.lease.lane == "in"]
    with world.opened():
        past = timezone.now() - timedelta(seconds=1)
        Schedule.objects.filter(lane="in").update(lease_until=past, due_at=past)
    [again] = claim.claim(owner="second")
    assert again.lease.fence == lost.lease.fence + 1
    with pytest.raises(lease.LostLease), lease.writing(lost.lease):
        pass


def test_f86_it_gives_no_workspace_more_than_its_share(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claim, "SHARE", 3)
    for number in range(5):
        connected(world, f"box{number}@acme.test")
    with world.opened(world.globex):
        make.connection(make.mailbox(world.charlie))
    claimed = claim.claim(owner="first")
    shares = [item.lease.workspace_id for item in claimed]
    assert shares.count(world.acme.pk) == 3
    assert shares.count(world.globex.pk) == 2


def test_it_leaves_a_server_alone_that_asked_for_it(world: World) -> None:
    connected(world, "one@acme.test")
    with world.opened():
        Schedule.objects.update(retry_at=timezone.now() + timedelta(minutes=5))
    assert claim.claim(owner="first") == []


def test_it_looks_at_once_when_somebody_asks_whatever_pause_stands(world: World) -> None:
    connected(world, "one@acme.test")
    later = timezone.now() + timedelta(hours=1)
    with world.opened():
        box = Mailbox.objects.get()
        Schedule.objects.update(retry_at=later, due_at=later, fail_count=5)
    assert claim.claim(owner="first") == []
    here = f"/acme/settings/mailboxes/{box.uid}/check/"
    assert world.browser(world.charlie).post(here).status_code == 404
    assert claim.claim(owner="first") == []
    assert world.browser(world.alice).post(here).status_code == 200
    assert [found.lease.lane for found in claim.claim(owner="first")] == ["in"]
    with world.opened():
        assert Schedule.objects.get(lane="in").fail_count == 5


def test_it_wakes_the_lane_of_a_mail_whose_time_has_come(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        make.connection(box)
        Schedule.objects.update(due_at=timezone.now() + timedelta(hours=6))
        item = make.outgoing(box, world.alice, send_after=timezone.now() + timedelta(hours=1))
    assert claim.wake() == 0
    with world.opened():
        Outgoing.objects.filter(pk=item.pk).update(send_after=timezone.now())
    assert claim.wake() == 1
    assert [found.lease.lane for found in claim.claim(owner="first")] == ["out"]


def test_f25_it_keeps_a_push_that_came_during_a_run(world: World) -> None:
    box = connected(world, "one@acme.test")
    held = lease.take(workspace_id=world.acme.pk, mailbox_id=box.pk, lane="in")
    claim.make_due([box.pk])
    later = timezone.now() + timedelta(hours=1)
    lease.release(held, due_at=later, retry_at=None, fields={})
    with world.opened():
        assert Schedule.objects.get(lane="in").due_at <= timezone.now()


def test_it_stands_by_while_another_schedules(world: World) -> None:
    with psycopg.connect(os.environ["FIO_DATABASE_URL"]) as other:
        other.execute("SELECT pg_advisory_lock(%s, 0)", [scheduler.LOCK])
        assert not claim.try_lock(scheduler.LOCK)
        other.execute("SELECT pg_advisory_unlock(%s, 0)", [scheduler.LOCK])
    assert claim.try_lock(scheduler.LOCK)
    claim.unlock(scheduler.LOCK)


def test_it_renews_a_lease_for_two_writing_threads(world: World) -> None:
    """Both find half of it used up at once; neither waits for the other for ever."""
    box = connected(world, "alice@acme.test")
    held = lease.take(workspace_id=world.acme.pk, mailbox_id=box.pk, lane="in")
    soon = timezone.now() + timedelta(seconds=5)
    with world.opened():
        Schedule.objects.filter(lane="in").update(lease_until=soon)
    both = threading.Barrier(2, timeout=10)

    def write() -> None:
        try:
            both.wait()
            with lease.writing(held):
                pass
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        for outcome in [threads.submit(write), threads.submit(write)]:
            outcome.result()
    with world.opened():
        assert Schedule.objects.get(lane="in").lease_until > soon + timedelta(seconds=60)


@pytest.mark.peers
def test_f84_it_lets_two_workers_on_one_mailbox_do_no_harm(world: World, box: Box) -> None:
    box.put(*(mail(n) for n in range(20)))
    office = Office.open(world, box)
    first = office.lease()
    second = office.lease()
    pull.pull(first)
    assert office.decisions() == {}
    pull.pull(second)
    assert office.decisions() == {"imported": 20}


@pytest.mark.peers
def test_f85_it_stops_a_worker_that_slept_past_its_lease(
    world: World, box: Box, smtp_sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One worker is stopped before its mail goes out, another takes over, the first wakes up."""
    monkeypatch.setenv("FIO_MAIL_CAFILE", str(box.authority))
    office = Office.open(world, box, smtp_port=smtp_sink.port)
    office.pull()
    smtp_sink.delay = 1.0
    item = office.write("dana@customer.test")
    sleeper = subprocess.Popen(
        [sys.executable, "-m", "tests.sync.sleeper", str(world.acme.pk), str(office.mailbox.pk)],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "crm.config.settings"},
    )
    try:
        _until(lambda: office.outgoing(item).state == Outgoing.State.SENDING)
        sleeper.send_signal(signal.SIGSTOP)
        smtp_sink.delay = 0.0
        office.push()
        assert office.outgoing(item).state == Outgoing.State.SENT
        sleeper.send_signal(signal.SIGCONT)
        assert sleeper.wait(60) == 0
    finally:
        sleeper.kill()
    assert len(smtp_sink.mails) == 1
    assert office.outgoing(item).state == Outgoing.State.SENT


@pytest.mark.peers
def test_it_serves_a_mailbox_end_to_end(
    world: World, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real processes: scheduler, worker and listener, and mail that just arrives."""
    monkeypatch.setenv("FIO_MAIL_CAFILE", str(box.authority))
    box.put(*(mail(n) for n in range(3)))
    office = Office.open(world, box)
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "crm.config.settings"}
    worker = ["-m", "celery", "-A", "crm.config.celery", "worker", "-P", "threads", "-c", "2"]
    queues = ["-Q", "mail.out,mail.in.hot,mail.in,mail.backfill", "--without-mingle"]
    commands = [["manage.py", "scheduler"], ["manage.py", "listener"], [*worker, *queues]]
    running = [subprocess.Popen([sys.executable, *command], env=env) for command in commands]
    try:
        _until(lambda: office.decisions() == {"imported": 3})
        _until(lambda: office.schedule().heard_until is not None)
        with box.client() as client:
            client.append("INBOX", mail(7))
        _until(lambda: office.subjects(origin="live") == ["Question 7"])
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(30)
    with world.opened():
        assert not LedgerEntry.objects.filter(decision="pending").exists()


def _until(true: Callable[[], bool], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)
