"""What is tracked leaves a real server once, the same at every attempt, and is kept bare."""

from datetime import timedelta

import pytest

from inbox.actions import compose
from inbox.models import MailboxThread, Message, Outgoing
from inbox.queries import blobs
from tests import make
from tests.servers.fixtures import Box
from tests.servers.sink import Sink
from tests.sync.office import Office
from tests.tracking import sent
from tests.world import World
from tracking.models import Trace

pytestmark = pytest.mark.peers
State = Outgoing.State


def queued(office: Office, address: str, **fields: bool) -> Outgoing:
    with office.world.opened():
        said = {"to": [["Dana", address]], "html": sent.HTML} | fields
        draft = make.draft(office.mailbox, office.world.alice, **said)
        return compose.queue_message(draft=draft, by=office.world.alice, at=draft.created_at)


def test_it_leaves_the_same_at_every_attempt_and_is_kept_bare(
    world: World, box: Box, smtp_sink: Sink
) -> None:
    office = Office.open(world, box, smtp_port=smtp_sink.port)
    office.pull()
    item = queued(office, "greylist@customer.test", tracks_opens=True, tracks_clicks=True)
    office.push()
    assert office.outgoing(item).state == State.QUEUED
    with world.opened():
        first = list(Trace.objects.order_by("pk").values_list("token", "target", "message"))
        assert len(first) == 4 and not MailboxThread.objects.exists()
    office.rewind(Outgoing, "send_after", timedelta(hours=1))
    office.push()
    assert office.outgoing(item).state == State.SENT
    [mail] = smtp_sink.mails
    with world.opened():
        message = Message.objects.get(direction="out")
        rows = Trace.objects.order_by("pk").values_list("token", "target", "message")
        assert list(rows) == [(token, target, message.pk) for token, target, _none in first]
        assert all(token.encode() in mail.raw.replace(b"=\r\n", b"") for token, *_more in rows)
        assert item.rfc_id.encode() in mail.raw
        assert b"/t/" not in blobs.data(message.blob_id)
        assert message.is_tracked and MailboxThread.objects.get().is_tracked
    # The server filed what it was given: no second bubble, and no pixel comes back
    box.put(mail.raw, folder="Sent")
    office.pull()
    assert office.subjects(direction="out") == ["Our offer"]


def test_it_leaves_untracked_mail_byte_for_byte(world: World, box: Box, smtp_sink: Sink) -> None:
    office = Office.open(world, box, smtp_port=smtp_sink.port)
    item = queued(office, "dana@customer.test")
    office.push()
    [mail] = smtp_sink.mails
    with world.opened():
        assert mail.raw == blobs.data(item.blob_id)
        assert not Trace.objects.exists()
