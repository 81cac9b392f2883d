"""What goes wrong is said with its remedy, costs nothing, and is tried again in time."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from inbox.models import Folder, LedgerEntry, Mailbox, Message
from sync.actions import ledger
from sync.models import FolderCursor, Schedule
from sync.providers import texts
from tests.servers import certificates, dovecot
from tests.servers.fixtures import Box, mail
from tests.servers.poor import Poor
from tests.servers.proxy import Proxy
from tests.sync.office import Office
from tests.world import World

pytestmark = pytest.mark.peers
State = Mailbox.State


def test_f83_it_asks_to_sign_in_again_after_the_third_refusal(world: World, box: Box) -> None:
    office = Office.open(world, box, password="wrong")
    assert office.pull().state == State.DEGRADED
    assert (office.schedule().retry_at or timezone.now()) > timezone.now()
    mailbox = office.pull(2)
    assert (mailbox.state, mailbox.state_reason) == (State.NEEDS_REAUTH, "auth.refused")
    assert not office.schedule().is_enabled


def test_f83_it_never_blames_the_password_for_a_server_that_is_away(world: World, box: Box) -> None:
    office = Office.open(world, box, imap_port=1)
    mailbox = office.pull(6)
    assert (mailbox.state, mailbox.state_reason) == (State.DEGRADED, "connect.failed")
    assert office.schedule().is_enabled
    assert texts.TEXTS[mailbox.state_reason].remedy


def test_f92_it_refuses_a_certificate_of_somebody_else(
    world: World, box: Box, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = certificates.issue(tmp_path_factory.mktemp("other"), names=("elsewhere.test",))
    with dovecot.dovecot(other) as server:
        stranger = Box(server, box.address, other.authority)
        mailbox = Office.open(world, stranger).pull()
    assert (mailbox.state, mailbox.state_reason) == (State.DEGRADED, "tls.certificate")


def test_f10_it_goes_on_after_a_hang_up_in_the_middle_of_a_mail(
    world: World, box: Box, faulty: Callable[[int], Proxy]
) -> None:
    box.put(*(mail(n, size=20_000) for n in range(10)))
    proxy = faulty(box.server.imaps)
    proxy.cut_after = 90_000
    office = Office.open(world, box, imap_port=proxy.port)
    office.pull()
    assert office.schedule().fail_code in ("connect.lost", "server.failed")
    kept = office.decisions().get("imported", 0)
    assert kept < 10
    proxy.heal()
    office.rewind(LedgerEntry, "not_before", timedelta(hours=1), not_before__isnull=False)
    assert office.pull().state == State.ACTIVE
    assert office.decisions() == {"imported": 10}
    assert len(office.subjects()) == 10


def test_f38_it_puts_a_mail_aside_that_kills_its_connection(
    world: World, box: Box, faulty: Callable[[int], Proxy]
) -> None:
    box.put(*(mail(n) for n in range(5)))
    box.put(mail(9, subject="Poison", body="KILLER"))
    proxy = faulty(box.server.imap)
    proxy.cut_at = b"KILLER"
    office = Office.open(world, box)
    office.over(proxy.port)
    for _time in range(12):
        office.pull()
        office.rewind(LedgerEntry, "not_before", timedelta(hours=1), not_before__isnull=False)
    assert office.decisions() == {"imported": 5, "failed": 1}
    with world.opened():
        assert LedgerEntry.objects.get(decision="failed").reason == "message.unreadable"
    assert office.look().state == State.ACTIVE


def test_it_reads_a_poor_server(world: World, box: Box, poor_server: Poor) -> None:
    office = Office.open(world, box)
    office.over(poor_server.port, poor_server.username, poor_server.password)
    mailbox = office.pull(2)
    assert mailbox.state == State.ACTIVE
    with world.opened():
        assert Message.objects.count() > 0
        assert not LedgerEntry.objects.filter(decision="pending").exists()
    before = office.decisions()
    office.pull()
    assert office.decisions() == before


def test_f01_it_fetches_nothing_again_after_a_renumbering(world: World, box: Box) -> None:
    box.put(*(mail(n) for n in range(20)))
    office = Office.open(world, box)
    office.pull()
    with world.opened():
        before = {e.message_id: e.decision for e in LedgerEntry.objects.all()}
        old = Folder.objects.get(role="inbox").generation
    box.server.renumber(box.address)
    office.pull(2)
    with world.opened():
        after = {e.message_id: e.decision for e in LedgerEntry.objects.all()}
        folder = Folder.objects.get(role="inbox")
        assert folder.generation != old
        assert not LedgerEntry.objects.exclude(generation=folder.generation).exists()
        assert not LedgerEntry.objects.exclude(missing_since=None).exists()
        assert not LedgerEntry.objects.filter(attempts__gt=1).exists()
    assert after == before
    assert office.subjects(origin="live") == []
    assert office.look().state == State.ACTIVE


def test_f02_it_parks_a_folder_that_is_renumbered_all_day(world: World, box: Box) -> None:
    box.put(mail(1))
    office = Office.open(world, box)
    office.pull()
    for _time in range(5):
        box.server.renumber(box.address)
        office.rewind(FolderCursor, "checked_at", timedelta(0))
        office.pull()
    mailbox = office.pull()
    assert (office.folder("inbox").parked_until or timezone.now()) > timezone.now()
    assert (mailbox.state, mailbox.state_reason) == (State.DEGRADED, "cursor.expired")
    assert office.subjects() == ["Question 1"]


def test_f14_it_keeps_what_was_moved_and_waits_with_what_vanished(world: World, box: Box) -> None:
    box.put(mail(1), mail(2), mail(3))
    box.put(mail(4), folder="Projects")
    office = Office.open(world, box)
    office.pull()
    with box.client() as client:
        client.select_folder("INBOX")
        client.move([1], "Projects")
        client.delete_messages([2])
        client.expunge()
    office.pull()
    assert office.subjects() == [f"Question {n}" for n in (1, 2, 3, 4)]
    office.pull()
    office.rewind(LedgerEntry, "missing_since", timedelta(days=2), missing_since__isnull=False)
    office.pull()
    assert office.subjects() == [f"Question {n}" for n in (1, 3, 4)]
    with world.opened():
        assert not LedgerEntry.objects.exclude(missing_since=None).exists()


def test_f18_it_knows_a_folder_by_its_new_name(world: World, box: Box) -> None:
    box.put(mail(1), mail(2), folder="Projects")
    office = Office.open(world, box)
    office.pull()
    with box.client() as client:
        client.rename_folder("Projects", "Old projects")
    with world.opened():
        Schedule.objects.update(folders_at=None)
    office.pull()
    with world.opened():
        folder = Folder.objects.get(name="Old projects")
        assert folder.missing_since is None
        assert LedgerEntry.objects.filter(folder=folder, decision="imported").count() == 2


def test_f38_it_lists_what_it_could_not_read_and_reads_it_when_asked(
    world: World, box: Box
) -> None:
    """Three beginnings without an end: the mail is listed by its header and kept whole."""
    box.put(mail(1))
    office = Office.open(world, box)
    office.pull()
    with world.opened():
        Message.objects.update(deleted_at=timezone.now())
        LedgerEntry.objects.update(decision="pending", message=None, attempts=3)
    office.pull()
    with world.opened():
        entry = LedgerEntry.objects.get()
        assert (entry.decision, entry.reason) == ("failed", "message.unreadable")
        assert entry.message.quality == Message.Quality.RAW_ONLY
        ledger.import_anyway(by=world.alice, entry=entry, at=timezone.now())
    office.pull()
    with world.opened():
        entry = LedgerEntry.objects.get()
        assert entry.decision == "imported"
        assert entry.message.quality == Message.Quality.FULL
    assert office.subjects() == ["Question 1"]
