"""The rows of the other stories hang together as rows of real mail do."""

from inbox.models import LedgerEntry, MailboxThread, Participant
from tests import make
from tests.world import World


def test_it_makes_a_conversation_as_a_mailbox_would_hold_it(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        make.connection(box)
        first, answer, _last = make.conversation(box, subject="Price list")
        row = MailboxThread.objects.get(thread=first.thread)
        assert (row.message_count, row.unread_count, row.has_sent) == (3, 2, True)
        assert answer.direction == "out"
        assert LedgerEntry.objects.filter(folder__role="sent", message=answer).exists()
        assert Participant.objects.filter(message=first, role="to").get().address == box.address
        file = make.message(box, files=[("a.pdf", "application/pdf", b"%PDF")]).attachments.get()
        assert (file.filename, file.size) == ("a.pdf", 4)
        make.outgoing(box, world.alice, draft=make.draft(box, world.alice))
