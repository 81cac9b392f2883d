"""A worker killed at any point loses nothing, doubles nothing and sends nothing twice.

FIO_KILL_MAILS and FIO_KILL_SENDS set how much mail there is; 500 and 100 are the figures
we hold ourselves to, the defaults keep the suite short.
"""

import os
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import settings

from crm.timeline.models import Event
from inbox.models import LedgerEntry, Mailbox, Message, Outgoing
from tests.conftest import wipe
from tests.servers.fixtures import Box, mail
from tests.servers.sink import Sink
from tests.sync.mortal import Mortal
from tests.sync.office import Office
from tests.world import World

pytestmark = [pytest.mark.peers, pytest.mark.timeout(1800)]
MAILS = int(os.environ.get("FIO_KILL_MAILS", "20"))
SENDS = int(os.environ.get("FIO_KILL_SENDS", "10"))


@pytest.fixture
def mortal(box: Box, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mortal]:
    monkeypatch.setenv("FIO_MAIL_CAFILE", str(box.authority))
    settings.MAIL_CAFILE = str(box.authority)
    with Mortal() as process:
        yield process


def test_f10_f11_it_survives_a_kill_at_every_point_of_an_import(
    world: World, box: Box, mortal: Mortal
) -> None:
    box.put(*(mail(n) for n in range(MAILS)))
    box.put(*(mail(n) for n in range(MAILS, MAILS + 5)), folder="Projects")
    die_at, points = 0, 1
    while die_at <= points:
        wipe()
        office = Office.open(World.build(), box, folders=["INBOX", "Projects"])
        key = (office.world.acme.pk, office.mailbox.pk, "in")
        life = mortal.run(*key, die_at=die_at)
        assert life["killed"] == (0 < die_at <= len(life["points"]))
        if not die_at:
            points = len(life["points"])
        for _again in range(3):
            if office.pull().state == Mailbox.State.ACTIVE:
                break
        _nothing_lost(office, life["points"])
        die_at += 1
    assert points > 16


def _nothing_lost(office: Office, points: list[str]) -> None:
    assert office.decisions() == {"imported": MAILS + 5}, points
    with office.world.opened():
        ids = Counter(Message.objects.values_list("rfc_id", flat=True))
        assert LedgerEntry.objects.count() == MAILS + 5, points
        assert Event.objects.filter(verb="email.received").count() == 0
    assert len(ids) == MAILS + 5 and set(ids.values()) == {1}, points


def test_f11_it_tells_of_new_mail_once_whenever_it_is_killed(
    world: World, box: Box, mortal: Mortal
) -> None:
    box.put(mail(0))
    office = Office.open(world, box)
    key = (world.acme.pk, office.mailbox.pk, "in")
    mortal.run(*key)
    die_at, arrived = 1, 0
    while True:
        arrived += 1
        box.put(mail(arrived))
        life = mortal.run(*key, die_at=die_at)
        office.pull()
        with world.opened():
            told = Event.objects.filter(verb="email.received").count()
        assert told == arrived, life["points"]
        if not life["killed"]:
            break
        die_at += 1
    assert die_at > 8


def test_f58_it_sends_nothing_twice_whenever_it_is_killed(
    world: World, box: Box, smtp_sink: Sink, mortal: Mortal
) -> None:
    office = Office.open(world, box, smtp_port=smtp_sink.port)
    office.pull()
    items = [office.write(f"p{n}@customer.test", subject=f"Offer {n}") for n in range(SENDS)]
    key = (world.acme.pk, office.mailbox.pk, "out")
    kills = die_at = 0
    longest = len(_stages(mortal, office, key))
    while _waiting(office):
        die_at = die_at % longest + 1
        kills += mortal.run(*key, die_at=die_at)["killed"]
        assert kills < SENDS * longest * 2
    mortal.run(*key)
    arrived = Counter(found.recipients[0] for found in smtp_sink.mails)
    assert set(arrived.values()) == {1}
    with world.opened():
        rows = list(Outgoing.objects.filter(pk__in=[item.pk for item in items]))
        bubbles = Counter(Message.objects.filter(direction="out").values_list("rfc_id", flat=True))
    for row in rows:
        assert row.state in (Outgoing.State.SENT, Outgoing.State.UNKNOWN)
        if row.state == Outgoing.State.SENT:
            assert arrived[row.recipients[0]] == 1 and bubbles[row.rfc_id] == 1
    assert kills >= min(SENDS, longest)
    _filed_once(office, box, mortal, key)


def _stages(mortal: Mortal, office: Office, key: tuple[int, int, str]) -> list[str]:
    """The points one undisturbed sending passes."""
    office.write("first@customer.test", subject="The first")
    with office.world.opened():
        waiting = Outgoing.objects.filter(state="queued").exclude(subject="The first")
        later = {row.pk: row.send_after for row in waiting}
        waiting.update(send_after=max(later.values()) + timedelta(days=1))
    points: list[str] = mortal.run(*key)["points"]
    with office.world.opened():
        for pk, send_after in later.items():
            Outgoing.objects.filter(pk=pk).update(send_after=send_after)
    return points


def _waiting(office: Office) -> bool:
    with office.world.opened():
        return Outgoing.objects.filter(state__in=["queued", "sending"]).exists()


def _filed_once(office: Office, box: Box, mortal: Mortal, key: tuple[int, int, str]) -> None:
    """However often filing is killed, Sent holds one copy of what was sent."""
    die_at = 0
    while True:
        office.rewind(Outgoing, "look_after", timedelta(hours=1), look_after__isnull=False)
        office.rewind(Outgoing, "sent_at", timedelta(hours=1), is_filed=False, state="sent")
        with office.world.opened():
            if not Outgoing.objects.filter(state="sent", is_filed=False).exists():
                break
        die_at = die_at % 9 + 1
        mortal.run(*key, die_at=die_at)
    with box.client() as client:
        client.select_folder("Sent")
        found = client.fetch(client.search(), ["BODY[HEADER.FIELDS (MESSAGE-ID)]"])
    copies = Counter(bytes(row[b"BODY[HEADER.FIELDS (MESSAGE-ID)]"]) for row in found.values())
    with office.world.opened():
        sent = Outgoing.objects.filter(state="sent").count()
    assert set(copies.values()) == {1} and len(copies) == sent
