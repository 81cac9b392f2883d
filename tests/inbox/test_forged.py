"""Whoever writes our own address into From is not us: he makes nothing happen in our name."""

from typing import Any

import pytest

from crm.contacts.models import Person
from inbox.actions import receive, snoozing
from inbox.mime import parse
from inbox.models import LedgerEntry, MailboxThread, Message, Suppression, Wake
from tests import make
from tests.inbox.post import deliver, mail, mailbox
from tests.inbox.test_suppressing import hard, report
from tests.world import NOW, World

ALICE, OWEN = "alice@acme.test", "owen@brightmoor.test"
CARLA = "carla@customer.test"


@pytest.mark.parametrize("role", ["inbox", "sent"])
def test_it_suppresses_nobody_by_a_report_about_mail_that_never_left(
    world: World, role: str
) -> None:
    with world.opened():
        box = mailbox(world.alice, ALICE)
        deliver(box, mail(ALICE, CARLA, "Offer", id="sent@acme.test"), role=role)
        deliver(box, report(hard()))
        assert Suppression.objects.count() == (role == "sent")


@pytest.mark.parametrize("role", ["inbox", "sent"])
def test_it_ends_no_waiting_and_answers_nothing(world: World, role: str) -> None:
    with world.opened():
        box = mailbox(world.alice, ALICE)
        [first] = deliver(box, mail(OWEN, ALICE, "Pilot", id="1@x"))
        by: dict[str, Any] = {"by": world.alice, "at": NOW}
        snoozing.snooze(
            threads=[first.thread], until=NOW.replace(year=2030), unless_answered=True, **by
        )
        said = {"References": "<1@x>"}
        [second] = deliver(box, mail(ALICE, OWEN, "Re: Pilot", id="2@x", **said), role=role)
        assert second.thread_id == first.thread_id
        entry = MailboxThread.objects.get(thread=first.thread_id)
        ended = role == "sent"
        assert (entry.place, Wake.objects.count()) == (("done", 0) if ended else ("snoozed", 1))


@pytest.mark.parametrize("role", ["inbox", "sent"])
def test_it_makes_nobody_known_and_opens_no_door(world: World, role: str) -> None:
    with world.opened():
        box = mailbox(world.alice, ALICE, makes_people="sent", imports="known")
        deliver(box, mail(ALICE, CARLA, "Offer", id="1@x"), role=role)
        came = role == "sent"
        assert Person.objects.count() == Message.objects.count() == came
        assert LedgerEntry.objects.filter(reason="unknown_sender").count() == (not came)


def test_it_keeps_what_comes_by_the_id_of_a_mail_of_ours(world: World) -> None:
    with world.opened():
        box = mailbox(world.alice, ALICE)
        sent = make.outgoing(box, world.alice, rfc_id="sent@acme.test", recipients=[OWEN])
        copy = mail(ALICE, OWEN, "Our offer", id="sent@acme.test")
        ours = receive.store_sent(outgoing=sent, parsed=parse.parse(copy), at=NOW)
        [again] = deliver(box, copy, role="sent")
        # Exchange puts the first address of the account in the place of another of its own
        [renamed] = deliver(
            box, mail("moreira@acme.test", OWEN, "Our offer", id="sent@acme.test"), role="sent"
        )
        assert renamed.pk == ours
        [other] = deliver(box, mail(OWEN, ALICE, "Other words", id="sent@acme.test"))
        assert again.pk == ours != other.pk
        assert (other.subject, other.direction) == ("Other words", "in")


def test_it_counts_a_mail_of_ours_that_went_to_us_too(world: World) -> None:
    with world.opened():
        box = mailbox(world.alice, ALICE)
        letter = mail(ALICE, CARLA, "Offer", id="sent@acme.test")
        deliver(box, letter, role="sent")
        deliver(box, letter)
        deliver(box, report(hard()))
        assert Message.objects.filter(direction="out").count() == 1
        assert Suppression.objects.count() == 1
