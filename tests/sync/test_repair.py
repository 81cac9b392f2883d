"""A mailbox is compared with its server, and mended; a preview changes nothing."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from crm.timeline.models import Event
from inbox.models import LedgerEntry, Message, MessageBody
from sync.actions import repair
from sync.models import FolderCursor, Repair
from sync.queries import repairs
from tests import make
from tests.servers.fixtures import Box, mail
from tests.sync.office import Office
from tests.sync.test_pages import HERE, PART
from tests.world import World

SUBJECTS = [f"Question {n}" for n in range(6)]


def asked(office: Office, kind: str) -> repairs.Report:
    """The report of a comparison that ran to its end."""
    with office.world.opened():
        repair.ask(by=office.world.alice, mailbox=office.mailbox, kind=kind, at=timezone.now())
    office.pull()
    with office.world.opened():
        row = repairs.last(office.mailbox)
        assert row is not None and row.state == Repair.State.DONE
        return repairs.report(row)


def spoil(office: Office) -> None:
    """Make the ledger differ in every way there is."""
    with office.world.opened():
        entries = list(LedgerEntry.objects.order_by("number"))
        entries[0].delete()
        LedgerEntry.objects.filter(pk=entries[1].pk).update(flags=["\\Answered"])
        LedgerEntry.objects.filter(pk=entries[2].pk).update(missing_since=timezone.now())
        LedgerEntry.objects.filter(pk=entries[3].pk).update(
            decision="failed", reason="message.unreadable"
        )
        MessageBody.objects.filter(message=entries[4].message_id).delete()
    with office.box.client() as client:
        client.select_folder("INBOX")
        client.delete_messages([entries[5].number])
        client.expunge()
    # The server's news is kept from the engine, as by a server that does not tell
    status = _position(office)
    with office.world.opened():
        row = FolderCursor.objects.get(folder__role="inbox")
        row.cursor = {**row.cursor, **status}
        row.save()


def _position(office: Office) -> dict[str, Any]:
    with office.box.client() as client:
        told = client.folder_status("INBOX", ["HIGHESTMODSEQ", "MESSAGES"])
    return {"modseq": told[b"HIGHESTMODSEQ"], "messages": told[b"MESSAGES"]}


def state(office: Office) -> list[Any]:
    with office.world.opened():
        rows = LedgerEntry.objects.order_by("number")
        return list(rows.values_list("number", "decision", "flags", "missing_since", "message"))


@pytest.mark.peers
def test_it_finds_what_differs_and_mends_it(world: World, box: Box) -> None:
    box.put(*(mail(n) for n in range(6)))
    office = Office.open(world, box)
    office.pull(2)
    assert asked(office, "compare").differences == 0
    spoil(office)
    before = state(office)
    found = asked(office, "compare")
    counts = found.folders[0]
    assert (counts.listed, counts.missing, counts.flags) == (5, 1, 1)
    assert (counts.back, counts.gone, counts.unread) == (1, 1, 2)
    assert state(office) == before and found.can_mend
    assert "1 message is on the server and not here." in found.sentences
    mended = asked(office, "mend")
    assert mended.differences == found.differences and not mended.can_mend
    assert "1 message was missing and is coming in." in mended.sentences
    office.pull(2)
    assert asked(office, "compare").differences == 0
    assert office.subjects() == SUBJECTS
    with world.opened():
        gone = LedgerEntry.objects.exclude(missing_since=None).get()
        assert gone.message.deleted_at is None
        kept = Message.objects.filter(deleted_at=None)
        assert kept.filter(quality="full").exclude(bodies=None).count() == 6
        verbs = Event.objects.filter(verb__in=["mailbox.compared", "mailbox.mended"])
        assert [event.data["count"] for event in verbs.order_by("pk")] == [0, 6, 6, 0]


@pytest.mark.peers
def test_it_holds_what_was_done_here_and_not_told_yet(world: World, box: Box) -> None:
    """A mail marked read a moment ago stays read; new mail stays news."""
    box.put(mail(1))
    office = Office.open(world, box)
    office.pull(2)
    with world.opened():
        Message.objects.update(is_read=True)
    asked(office, "mend")
    with world.opened():
        assert Message.objects.get().is_read
    box.put(mail(2))
    with world.opened():
        repair.ask(by=world.alice, mailbox=office.mailbox, kind="mend", at=timezone.now())
    office.pull(2)
    with world.opened():
        assert LedgerEntry.objects.get(message__subject="Question 2").is_news


@pytest.mark.peers
def test_it_leaves_older_mail_to_the_import(world: World, box: Box) -> None:
    box.put(*(mail(n) for n in range(3)))
    office = Office.open(world, box)
    office.pull(2)
    with world.opened():
        row = FolderCursor.objects.get(folder__role="inbox")
        row.history_done_at, row.cursor = None, {**row.cursor, "low": 3}
        row.save()
        LedgerEntry.objects.filter(number__lt=3).delete()
        repair.ask(by=world.alice, mailbox=office.mailbox, kind="compare", at=timezone.now())
    office.pull()
    with world.opened():
        found = repairs.last(office.mailbox)
        assert found is not None and repairs.report(found).differences == 0
    assert office.decisions() == {"imported": 1, "duplicate": 2}


def test_it_compares_one_at_a_time_and_stops(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        make.connection(box)
        make.folder(box)
    browser = world.browser(world.alice)
    path = f"{HERE}{box.uid}/repair/"
    assert "Compare now" in browser.get(path).content.decode()
    for _time in range(2):
        assert browser.post(path, {"verb": "compare"}).headers["Location"] == path
    with world.opened():
        assert Repair.objects.count() == 1
    assert 'aria-busy="true"' in browser.get(path, headers=PART).content.decode()
    browser.post(path, {"verb": "stop"})
    assert "Stopped before the end." in browser.get(path).content.decode()
    assert browser.post(path, {"verb": "delete"}).status_code == 400
    for stranger in (world.bob, world.charlie):
        strange = f"/{stranger.workspace.slug}/settings/mailboxes/{box.uid}/repair/"
        assert world.browser(stranger).get(strange).status_code == 404
        assert world.browser(stranger).post(strange, {"verb": "mend"}).status_code == 404


def test_it_lets_members_look_and_leads_mend(world: World) -> None:
    with world.opened():
        team = make.team_mailbox(world.bob)
        make.connection(team)
        Repair.objects.create(
            mailbox=team, kind="compare", state="done", ended_at=timezone.now() - timedelta(days=1)
        )
    path = f"{HERE}{team.uid}/repair/"
    bob = world.browser(world.bob)
    page = bob.get(path).content.decode()
    assert "Nothing differs" in page and "Compare again" not in page
    assert bob.post(path, {"verb": "mend"}).status_code == 403
    assert world.browser(world.alice).post(path, {"verb": "mend"}).status_code == 302


def test_it_is_asked_for_over_rest(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        make.connection(box)
    api, path = world.api(world.alice), f"mailboxes/{box.uid}/repair/"
    assert api.get(path).status_code == 404
    answer = api.post(path, {"kind": "mend"}, key="once")
    assert (answer.status_code, answer.json()["state"]) == (202, "waiting")
    assert api.post(path, {"kind": "mend"}, key="once").json() == answer.json()
    assert api.post(path, {"kind": "compare"}).status_code == 409
    assert api.post(path, {"kind": "delete"}).status_code == 400
    assert api.get(path).json()["id"] == answer.json()["id"]
    assert world.api(world.bob).get(path).status_code == 404
    assert world.api(world.charlie).post(path, {"kind": "mend"}).status_code == 404
