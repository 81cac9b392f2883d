"""What another program archives or deletes on the server, and what that means here."""

import pytest

from inbox.actions import blocking, follow, placing, triage
from inbox.models import Folder, LedgerEntry, Mailbox, MailboxThread, Message
from tests.inbox.post import START, deliver, mail, mailbox
from tests.world import World

ALICE = "alice@acme.test"


def moved(box: Mailbox, row: Message, role: str) -> str:
    """Another program moved it: absent first, then found in a folder of this role, if any."""
    [entry] = LedgerEntry.objects.filter(message=row)
    follow.vanished(mailbox=box, entries=[entry], at=START)
    if role:
        folder, _new = Folder.objects.get_or_create(
            mailbox=box, role=role, defaults={"name": role, "display": role, "generation": 1}
        )
        LedgerEntry.objects.create(
            mailbox=box, folder=folder, generation=1, number=entry.pk, message=row
        )
        placing.refresh({(row.thread_id, box.pk)}, visibility={}, reopened=set())
    else:
        follow.gone(mailbox=box, messages=[row.pk], at=START)
    found = MailboxThread.objects.filter(thread=row.thread_id).values_list("place", flat=True)
    return str(found.first() or "")


@pytest.mark.parametrize(
    ("switches", "role", "place"),
    [
        ({}, "archive", "inbox"),
        ({"follow_archive": True}, "archive", "archive"),
        ({}, "trash", "trash"),
        ({"follow_delete": False}, "trash", "inbox"),
        ({}, "", ""),
        ({"follow_delete": False}, "", "inbox"),
        ({}, "spam", "spam"),
    ],
)
def test_it_follows_where_the_mailbox_says_so(
    world: World, switches: dict[str, bool], role: str, place: str
) -> None:
    with world.opened():
        box = mailbox(world.alice, ALICE, **switches)
        [row] = deliver(box, mail("ana@santos.test", ALICE, "Pilot", id="1@x"))
        assert moved(box, row, role) == place
        if place == "inbox":
            # It stays there when it is looked at again
            placing.refresh({(row.thread_id, box.pk)}, visibility={}, reopened=set())
            assert MailboxThread.objects.get().place == "inbox"


def test_it_gives_back_what_was_hidden_as_it_was(world: World) -> None:
    """A conversation made private stays so, though the default shares by now; done is done."""
    with world.opened():
        box = mailbox(world.alice, ALICE)
        deliver(box, mail("eva@news.test", ALICE, "Sale", id="1@x"))
        MailboxThread.objects.update(done_at=START, place="done")
        row = blocking.block(pattern="news.test", for_all=False, by=world.alice, at=START)
        assert blocking.hide(row=row, at=START) == 1 and not MailboxThread.objects.exists()
        Mailbox.objects.update(visibility="shared")
        blocking.unblock(row=row, by=world.alice, at=START)
        assert blocking.show(row=row, at=START) == 1
        entry = MailboxThread.objects.get()
        assert (entry.visibility, entry.place, entry.done_at) == ("private", "done", START)


def test_what_was_closed_is_closed_when_its_mail_comes_back(world: World) -> None:
    """The server lost it and has it again: nobody reads it who could not before."""
    with world.opened():
        box = mailbox(world.alice, ALICE, visibility="shared")
        [row] = deliver(box, mail("ana@santos.test", ALICE, "Pilot", id="1@x"))
        triage.change_visibility(
            thread=row.thread, mailbox=box, visibility="private", by=world.alice, at=START
        )
        assert moved(box, row, "") == ""
        follow.returned(mailbox=box, entries=LedgerEntry.objects.filter(message=row))
        assert MailboxThread.objects.get().visibility == "private"


def test_it_switches_by_page_and_by_program(world: World) -> None:
    with world.opened():
        box = mailbox(world.alice, ALICE)
    alice, path = world.browser(world.alice), f"/acme/settings/mailboxes/{box.uid}/options/"
    assert alice.post(path, {"follow_archive": "1"}).status_code == 204
    assert alice.post(path, {"follow_delete": ""}).status_code == 204
    told = world.api(world.alice).get(f"mailboxes/{box.uid}/").json()
    assert (told["follow_archive"], told["follow_delete"]) == (True, False)
    changed = world.api(world.alice).patch(f"mailboxes/{box.uid}/", {"follow_delete": True})
    assert changed.json()["follow_delete"] is True
