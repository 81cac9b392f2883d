"""A listener makes mailboxes due and does nothing else."""

import os
import time
from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest
from django.utils import timezone

from inbox.models import Message
from sync.actions import listen
from sync.actions.listen import Listener
from sync.models import Schedule
from tests.servers.fixtures import Box, mail
from tests.sync.office import Office
from tests.world import World

pytestmark = pytest.mark.peers


def later(office: Office) -> None:
    """Nothing is due for an hour."""
    with office.world.opened():
        Schedule.objects.update(due_at=timezone.now() + timedelta(hours=1))


def is_due(office: Office) -> bool:
    return bool(office.schedule().due_at <= timezone.now())


def turns(listener: Listener, until: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not until():
        assert time.monotonic() < end, "nothing was heard"
        listener.turn(0.05)


def test_f25_it_makes_a_mailbox_due_when_mail_comes(world: World, box: Box) -> None:
    office = Office.open(world, box)
    office.pull()
    with Listener() as listener:
        later(office)
        turns(listener, lambda: is_due(office))
        turns(listener, lambda: len(listener.selector.get_map()) == 1)
        later(office)
        with box.client() as client:
            client.append("INBOX", mail(1))
        turns(listener, lambda: is_due(office))
    with world.opened():
        assert not Message.objects.exists()


def test_it_looks_at_the_other_folders_too(world: World, box: Box) -> None:
    box.put(mail(1), folder="Projects")
    office = Office.open(world, box)
    office.pull()
    with Listener() as listener:
        turns(listener, lambda: len(listener.selector.get_map()) == 1)
        later(office)
        box.put(mail(2), folder="Projects")
        listener.ears[office.mailbox.pk].look_at = 0.0
        turns(listener, lambda: is_due(office))
        listener.count_at = 0.0
        listener.turn(0.01)
        assert office.schedule().heard_until is not None


def test_it_leaves_to_others_what_they_listen_to(world: World, box: Box) -> None:
    office = Office.open(world, box)
    office.pull()
    with psycopg.connect(os.environ["FIO_DATABASE_URL"], autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s, %s)", [listen.LOCK, office.mailbox.pk])
        with Listener() as listener:
            listener.turn(0.01)
            assert listener.ears == {}
            other.execute("SELECT pg_advisory_unlock(%s, %s)", [listen.LOCK, office.mailbox.pk])
            listener.count_at = 0.0
            listener.turn(0.01)
            assert list(listener.ears) == [office.mailbox.pk]


def test_it_lets_go_of_a_paused_mailbox(world: World, box: Box) -> None:
    office = Office.open(world, box)
    office.pull()
    with Listener() as listener:
        turns(listener, lambda: len(listener.selector.get_map()) == 1)
        with world.opened():
            Schedule.objects.update(is_enabled=False)
        listener.count_at = 0.0
        listener.turn(0.01)
        assert listener.ears == {} and len(listener.selector.get_map()) == 0


def test_f27_it_comes_back_after_the_server_went_away(world: World, box: Box) -> None:
    office = Office.open(world, box)
    office.pull()
    with Listener() as listener:
        turns(listener, lambda: len(listener.selector.get_map()) == 1)
        ear = listener.ears[office.mailbox.pk]
        assert ear.watch is not None
        ear.watch.close()
        ear.look_at = 0.0
        turns(listener, lambda: ear.failures == 1)
        assert ear.retry_at > time.monotonic()
        ear.retry_at = 0.0
        turns(listener, lambda: len(listener.selector.get_map()) == 1)
