"""Servers that miscount, forget to tell, or change while they are being listed."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone
from imapclient import IMAPClient

from crm.timeline.models import Event
from inbox.models import LedgerEntry, Mailbox, Message
from sync.actions import batching
from sync.models import FolderCursor
from tests.servers import poor
from tests.servers.fixtures import Box, mail
from tests.servers.proxy import Proxy
from tests.sync.faults.test_folders import once
from tests.sync.office import Office
from tests.world import World

pytestmark = pytest.mark.peers
NUMBERLESS = re.compile(rb"\* OK \[UID(?:VALIDITY|NEXT) \d+\][^\r]*\r\n")
COUNTED = re.compile(rb"UID(?:VALIDITY|NEXT) \d+ ?")


def expunge(office: Office, *numbers: int, folder: str = "INBOX") -> None:
    """Somebody deletes these messages for good."""
    with office.box.client() as client:
        client.select_folder(folder)
        client.delete_messages(list(numbers))
        client.expunge()


def absent(office: Office) -> set[int]:
    with office.world.opened():
        rows = LedgerEntry.objects.exclude(missing_since=None)
        return set(rows.values_list("number", flat=True))


def test_f01_it_tells_mail_without_ids_again_after_a_renumbering(office: Office) -> None:
    bare = [b"Subject: Bare %d\r\n\r\nNo id%s\r\n" % (n, b"!" * n) for n in range(4)]
    twins = [mail(7, body="one"), mail(7, body="two")]
    office.box.put(*bare, *twins)
    office.pull()
    assert office.decisions() == {"imported": 6}
    office.box.server.renumber(office.box.address)
    office.pull(2)
    assert office.decisions() == {"imported": 6} and absent(office) == set()
    with office.world.opened():
        assert not LedgerEntry.objects.filter(attempts__gt=1).exists()
        assert LedgerEntry.objects.values("message").distinct().count() == 6


def test_f03_it_reads_a_server_that_gives_no_numbers(office: Office, wire: Proxy) -> None:
    wire.rewrite = lambda data: COUNTED.sub(b"", NUMBERLESS.sub(b"", data))
    office.box.put(mail(1), mail(2))
    assert office.pull(2).state == Mailbox.State.ACTIVE
    assert office.subjects() == ["Question 1", "Question 2"]
    office.box.put(mail(3))
    office.pull()
    assert office.subjects() == [f"Question {n}" for n in (1, 2, 3)]
    expunge(office, 2)
    office.pull()
    assert absent(office) == {2} and office.look().state == Mailbox.State.ACTIVE


def test_f12_it_goes_on_without_what_was_deleted_before_the_fetch(
    office: Office, wire: Proxy
) -> None:
    office.box.put(*(mail(n) for n in range(1, 6)))
    once(wire, b"BODY.PEEK[]", lambda: expunge(office, 2, 4))
    office.pull(2)
    with office.world.opened():
        rows = {e.number: (e.decision, e.reason) for e in LedgerEntry.objects.all()}
    assert {n for n, row in rows.items() if row[0] == "imported"} == {1, 3, 5}
    assert {rows[n] for n in (2, 4)} == {("skipped", "gone_before_fetch")}
    assert office.look().state == Mailbox.State.ACTIVE
    box = office.schedule()
    assert (box.fail_count, box.is_behind) == (0, False)


def test_f13_it_finds_what_came_during_the_first_listing(office: Office, wire: Proxy) -> None:
    office.box.put(mail(1), mail(2))

    def arrive() -> None:
        with office.box.client() as client:
            client.append("INBOX", mail(3))

    once(wire, b"UID FETCH", arrive)
    office.pull(2)
    assert office.subjects(origin="backfill") == ["Question 1", "Question 2"]
    assert office.subjects(origin="live") == ["Question 3"]


def test_f15_it_notices_what_the_server_forgot_to_tell(office: Office, wire: Proxy) -> None:
    """QRESYNC with its VANISHED lines lost on the way, while the counter moves on."""
    office.box.put(*(mail(n) for n in range(1, 9)))
    office.pull()
    wire.rewrite = lambda data: re.sub(rb"\* VANISHED[^\r]*\r\n", b"", data)
    expunge(office, 3, 8)
    office.pull()
    assert absent(office) == {3, 8}
    wire.rewrite = None
    expunge(office, 5)
    office.pull()
    assert absent(office) == {3, 5, 8}


def test_f15_it_counts_once_a_day_what_nobody_told(office: Office) -> None:
    """The ledger lacks one message and holds one that is not there; nothing on the server moves."""
    office.box.put(*(mail(n) for n in range(1, 6)))
    office.pull()
    with office.world.opened():
        Message.objects.filter(subject="Question 2").update(deleted_at=timezone.now())
        LedgerEntry.objects.filter(number=2).delete()
    office.pull()
    assert office.decisions() == {"imported": 4}
    office.rewind(FolderCursor, "history_done_at", timedelta(hours=25))
    office.pull()
    assert office.decisions() == {"imported": 5}
    assert "Question 2" in office.subjects()
    before = office.cursor().counted_at
    assert before is not None
    office.pull()
    assert office.cursor().counted_at == before
    assert office.look().state == Mailbox.State.ACTIVE


def test_f14_it_takes_back_what_only_seemed_to_be_gone(office: Office, wire: Proxy) -> None:
    """A server says that a message vanished, and a day later it is there after all."""
    office.box.put(*(mail(n) for n in range(1, 5)))
    office.pull()
    lie = re.compile(rb"(?m)^\w+ OK Fetch completed[^\r]*\r\n")
    wire.rewrite = lambda data: lie.sub(lambda end: b"* VANISHED (EARLIER) 2\r\n" + end[0], data)
    with office.box.client() as client:
        client.select_folder("INBOX")
        client.add_flags([4], ["\\Seen"])
    office.pull()
    assert absent(office) == {2}
    assert office.subjects() == [f"Question {n}" for n in range(1, 5)]
    wire.rewrite = None
    office.rewind(LedgerEntry, "missing_since", timedelta(days=2), missing_since__isnull=False)
    office.pull()
    assert absent(office) == set()
    assert office.subjects() == [f"Question {n}" for n in range(1, 5)]


def test_f14_it_keeps_a_message_that_is_moved_away_and_back(office: Office) -> None:
    with office.box.client() as client:
        client.create_folder("Projects")
        client.append("INBOX", mail(1))
        office.pull()
        with office.world.opened():
            before = Message.objects.get().pk
        for source, target in (("INBOX", "Projects"), ("Projects", "INBOX")):
            client.select_folder(source)
            client.move(client.search(), target)
            office.pull()
    office.rewind(LedgerEntry, "missing_since", timedelta(days=2), missing_since__isnull=False)
    office.pull()
    with office.world.opened():
        message = Message.objects.get()
        assert (message.pk, message.deleted_at, message.origin) == (before, None, "backfill")
        [place] = LedgerEntry.objects.filter(message=before, missing_since=None)
        assert place.folder.role == "inbox" and place.decision in ("imported", "duplicate")
        assert Event.objects.filter(verb="email.received").count() == 0


def test_f17_it_follows_a_server_that_never_counts(world: World, box: Box) -> None:
    """pymap: neither CONDSTORE nor QRESYNC nor marks on folders."""
    with poor.poor() as server:
        office = Office.open(world, box)
        office.over(server.port, server.username, server.password)
        assert office.pull(2).state == Mailbox.State.ACTIVE
        before = sum(office.decisions().values())
        with IMAPClient("127.0.0.1", server.port, ssl=False, timeout=20) as phone:
            phone.login(server.username, server.password)
            phone.append("INBOX", mail(1))
            phone.append("INBOX", mail(2))
            office.pull()
            assert office.subjects(origin="live") == ["Question 1", "Question 2"]
            phone.select_folder("INBOX")
            first, second = sorted(phone.search())[-2:]
            phone.add_flags([first], ["\\Seen"])
            phone.delete_messages([second])
            phone.expunge([second])
            office.pull()
        assert office.subjects(origin="live", is_read=True) == ["Question 1"]
        assert second in absent(office)
        assert sum(office.decisions().values()) == before + 1


@pytest.mark.parametrize(
    ("opened", "counted"),
    [
        (rb"* OK [HIGHESTMODSEQ 1] Back", rb"HIGHESTMODSEQ 1"),
        (rb"* OK [NOMODSEQ] Sorry", rb"HIGHESTMODSEQ 0"),
    ],
    ids=["lower", "none"],
)
def test_f17_it_compares_everything_when_the_counter_is_lost(
    office: Office, wire: Proxy, opened: bytes, counted: bytes
) -> None:
    office.box.put(*(mail(n) for n in range(1, 5)))
    office.pull()

    def forget(data: bytes) -> bytes:
        data = re.sub(rb"\* OK \[HIGHESTMODSEQ \d+\][^\r]*", opened, data)
        return re.sub(rb"(?<=[ (])HIGHESTMODSEQ \d+(?=[ )])", counted, data)

    wire.rewrite = forget
    with office.box.client() as client:
        client.select_folder("INBOX")
        client.add_flags([2], ["\\Seen"])
    expunge(office, 4)
    office.pull()
    assert office.subjects(is_read=True) == ["Question 2"]
    assert absent(office) == {4}
    assert office.look().state == Mailbox.State.ACTIVE


def test_f24_it_goes_by_date_where_numbers_do_not(
    office: Office, wire: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    with office.box.client() as client:
        for number, year in ((1, 2026), (2, 2024), (3, 2025), (4, 2023)):
            when = datetime(year, 6, 1, tzinfo=UTC)
            client.append("INBOX", mail(number), (), when)
    with office.world.opened():
        office.mailbox.sync_from = date(2024, 1, 1)
        office.mailbox.save()
    monkeypatch.setattr(batching, "FIRST", 1)
    monkeypatch.setattr(batching, "COUNT", 1)
    fetched: list[int] = []
    asked = re.compile(rb"UID FETCH (\d+) [^\r]*BODY\.PEEK\[\]")
    wire.overhear = lambda data: fetched.extend(map(int, asked.findall(data)))
    office.pull()
    assert fetched == [1, 3, 2]
    assert office.decisions() == {"imported": 3, "skipped": 1}
