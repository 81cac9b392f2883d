"""Mail leaves once, its copy is filed once, and nobody is told what nobody knows."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from crm.timeline.models import Event
from inbox.actions import later
from inbox.models import Message, Outgoing
from sync.actions import lease, outbox, push
from sync.actions.run import Run
from sync.models import Connection
from tests.inbox import post
from tests.servers import sink as sinks
from tests.servers.certificates import Certificate
from tests.servers.exim import Exim
from tests.servers.fixtures import Box, mail
from tests.servers.proxy import Proxy
from tests.servers.sink import Sink
from tests.sync.office import Office
from tests.world import World

pytestmark = pytest.mark.peers
State = Outgoing.State


def in_folder(box: Box, folder: str) -> int:
    with box.client() as client:
        return int(client.select_folder(folder)[b"EXISTS"])


def test_f60_f61_it_sends_files_a_copy_and_shows_it_once(
    world: World, box: Box, exim_server: Exim
) -> None:
    office = Office.open(world, box, smtp_port=exim_server.port)
    office.pull()
    item = office.write(box.address)
    office.push()
    assert office.outgoing(item).state == State.SENT
    office.rewind(Outgoing, "sent_at", timedelta(minutes=1))
    office.rewind(Outgoing, "look_after", timedelta(minutes=1), look_after__isnull=False)
    office.push()
    assert office.outgoing(item).is_filed
    assert in_folder(box, "Sent") == 1
    office.pull()
    assert office.subjects(direction="out") == ["Our offer"]
    with world.opened():
        assert Message.objects.get(direction="out").origin == Message.Origin.SENT_HERE
        assert Connection.objects.get().files_own_sent is False
        assert Event.objects.filter(verb="email.sent").count() == 1


def test_f60_it_files_no_second_copy_where_the_server_files_its_own(
    world: World, box: Box, smtp_sink: Sink
) -> None:
    office = Office.open(world, box, smtp_port=smtp_sink.port)
    office.pull()
    item = office.write("dana@customer.test")
    office.push()
    assert not office.outgoing(item).is_filed
    box.put(smtp_sink.mails[0].raw, folder="Sent")
    office.rewind(Outgoing, "look_after", timedelta(minutes=1))
    office.push()
    assert office.outgoing(item).is_filed
    assert in_folder(box, "Sent") == 1
    with world.opened():
        assert Connection.objects.get().files_own_sent is True


def test_it_waits_until_the_undo_is_over(world: World, box: Box, smtp_sink: Sink) -> None:
    office = Office.open(world, box, smtp_port=smtp_sink.port)
    item = office.write("dana@customer.test")
    office.rewind(Outgoing, "send_after", -timedelta(seconds=10))
    office.push()
    assert office.outgoing(item).state == State.QUEUED
    assert smtp_sink.mails == []
    assert office.schedule("out").due_at <= office.outgoing(item).send_after


def test_f62_it_tries_again_what_the_server_put_off(
    world: World, box: Box, smtp_sink: Sink
) -> None:
    office = Office.open(world, box, smtp_port=smtp_sink.port)
    item = office.write("greylist@customer.test")
    office.push()
    waiting = office.outgoing(item)
    assert (waiting.state, waiting.error_code) == (State.QUEUED, "send.later")
    assert waiting.send_after > timezone.now()
    office.rewind(Outgoing, "send_after", timedelta(hours=1))
    office.push()
    assert office.outgoing(item).state == State.SENT
    assert len(smtp_sink.mails) == 1


def test_f62_it_says_what_was_refused(world: World, box: Box, smtp_sink: Sink) -> None:
    office = Office.open(world, box, smtp_port=smtp_sink.port)
    nobody = office.write("nouser@customer.test")
    some = office.write("nouser@customer.test", "dana@customer.test")
    spam = office.write("spam@customer.test")
    office.push()
    failed, partly, refused = (office.outgoing(item) for item in (nobody, some, spam))
    assert (failed.state, failed.error_code) == (State.FAILED, "send.recipients")
    assert (partly.state, partly.error_code) == (State.SENT, "send.recipient")
    assert partly.error_text == "nouser@customer.test"
    assert (refused.state, refused.error_code) == (State.FAILED, "send.content")


def test_f57_it_never_repeats_what_may_have_left(world: World, box: Box, smtp_sink: Sink) -> None:
    office = Office.open(world, box, smtp_port=smtp_sink.port)
    office.pull()
    item = office.write("vanish@customer.test")
    office.push()
    assert office.outgoing(item).state == State.UNKNOWN
    assert len(smtp_sink.mails) == 1
    for _look in range(12):
        office.rewind(Outgoing, "look_after", timedelta(hours=1), look_after__isnull=False)
        office.rewind(Outgoing, "sending_at", timedelta(minutes=2))
        office.push()
    unknown = office.outgoing(item)
    assert (unknown.state, unknown.look_after) == (State.UNKNOWN, None)
    assert len(smtp_sink.mails) == 1


def test_f57_it_believes_the_copy_in_sent(world: World, box: Box, smtp_sink: Sink) -> None:
    office = Office.open(world, box, smtp_port=smtp_sink.port)
    office.pull()
    item = office.write("vanish@customer.test")
    office.push()
    box.put(smtp_sink.mails[0].raw, folder="Sent")
    office.pull()
    office.push()
    assert office.outgoing(item).state == State.SENT
    office.pull()
    assert office.subjects(direction="out") == ["Our offer"]
    assert len(smtp_sink.mails) == 1


def test_it_sends_again_what_broke_off_before_the_end(
    world: World, box: Box, smtp_sink: Sink, faulty: Callable[[int], Proxy]
) -> None:
    proxy = faulty(smtp_sink.port)
    proxy.cut_at = b"STARTTLS"
    office = Office.open(world, box, smtp_port=proxy.port)
    item = office.write("dana@customer.test")
    office.push()
    assert office.outgoing(item).state == State.QUEUED
    proxy.heal()
    office.rewind(Outgoing, "send_after", timedelta(hours=1))
    office.push()
    assert office.outgoing(item).state == State.SENT
    assert len(smtp_sink.mails) == 1


def test_f58_it_finds_out_by_itself_what_a_dead_worker_left(
    world: World, box: Box, smtp_sink: Sink
) -> None:
    office = Office.open(world, box, smtp_port=smtp_sink.port)
    office.pull()
    before = office.write("dana@customer.test", state=State.SENDING, stage="rcpt")
    after = office.write("erik@customer.test", state=State.SENDING, stage="data")
    office.push()
    assert office.outgoing(before).state == State.SENT
    assert office.outgoing(after).state == State.UNKNOWN
    assert [mail.recipients for mail in smtp_sink.mails] == [["dana@customer.test"]]


def test_f84_it_leaves_the_mail_of_whoever_overtook_it(
    world: World, box: Box, smtp_sink: Sink
) -> None:
    office = Office.open(world, box, smtp_port=smtp_sink.port)
    item = office.write("dana@customer.test")
    stale = office.lease("out")
    office.lease("out")
    push.push(stale)
    assert office.outgoing(item).state == State.QUEUED
    assert smtp_sink.mails == []


def test_f62_it_waits_for_a_recipient_who_is_put_off(
    world: World, box: Box, smtp_sink: Sink
) -> None:
    office = Office.open(world, box, smtp_port=smtp_sink.port)
    office.pull()
    item = office.write("dana@customer.test", "greylist@customer.test")
    office.push()
    assert office.outgoing(item).state == State.QUEUED and smtp_sink.mails == []
    office.rewind(Outgoing, "send_after", timedelta(hours=1), state=State.QUEUED)
    office.push()
    assert office.outgoing(item).state == State.SENT
    [received] = smtp_sink.mails
    assert received.recipients == ["dana@customer.test", "greylist@customer.test"]


def test_f62_it_lets_nobody_wait_for_ever_for_another(
    world: World, box: Box, smtp_sink: Sink
) -> None:
    office = Office.open(world, box, smtp_port=smtp_sink.port)
    office.pull()
    item = office.write("dana@customer.test", "tempfail@customer.test")
    for _attempt in range(4):
        office.rewind(Outgoing, "send_after", timedelta(hours=1), state=State.QUEUED)
        office.push()
    told = office.outgoing(item)
    assert (told.state, told.attempts) == (State.SENT, 4)
    assert (told.error_code, told.error_text) == ("send.put_off", "tempfail@customer.test")
    [received] = smtp_sink.mails
    assert received.recipients == ["dana@customer.test"]


def test_f63_it_names_the_limit_it_would_break(
    world: World, box: Box, certificate: Certificate
) -> None:
    with sinks.sink(certificate, size=300) as small:
        office = Office.open(world, box, smtp_port=small.port)
        office.pull()
        item = office.write("dana@customer.test", subject="x" * 300)
        office.push()
        assert office.outgoing(item).state == State.FAILED
    told = world.api(world.alice).get(f"outbox/{item.uid}/").json()["error"]
    assert told["code"] == "message.over_limit" and told["server"] == "SIZE 300"
    assert "1 kB" in told["text"]


def test_it_reads_the_mailbox_before_a_mail_leaves_that_waits_for_no_answer(
    world: World, box: Box, smtp_sink: Sink
) -> None:
    office = Office.open(world, box, smtp_port=smtp_sink.port)
    item = office.write("dana1@customer.test", unless_answered=True)
    office.push()
    found = office.outgoing(item)
    assert (found.state, found.error_code) == (State.QUEUED, "send.look")
    assert office.schedule("in").due_at <= timezone.now()
    office.pull()
    box.put(mail(1))
    office.rewind(Outgoing, "send_after", timedelta(minutes=1))
    office.pull()
    office.push()
    assert office.outgoing(item).state == State.CANCELLED
    other = office.write("owen@customer.test", unless_answered=True)
    office.push()
    assert office.outgoing(other).state == State.SENT
    assert [each.recipients for each in smtp_sink.mails] == [["owen@customer.test"]]


def test_it_looks_for_answers_once_more_when_a_mail_leaves(
    world: World, box: Box, smtp_sink: Sink
) -> None:
    """What came while the server was being tried, and put the mail off, was not held then."""
    office = Office.open(world, box, smtp_port=smtp_sink.port)
    office.pull()
    first = office.write("dana1@customer.test", unless_answered=True)
    second = office.write("dana1@customer.test")
    third = office.write("owen@customer.test", unless_answered=True)
    with world.opened():
        Outgoing.objects.update(state=State.SENDING)
        post.deliver(office.mailbox, post.mail("Dana1@customer.test", box.address, "Hello"))
        spam = post.mail("owen@customer.test", box.address, "Buy")
        post.deliver(office.mailbox, spam.replace(b"Subject", b"List-Id: <x.y>\r\nSubject", 1))
        Message.objects.update(created_at=timezone.now())
        Outgoing.objects.update(state=State.QUEUED)
    office.push()
    states = [office.outgoing(each).state for each in (first, second, third)]
    assert states == [State.CANCELLED, State.SENT, State.SENT]
    assert office.outgoing(first).error_code == "send.answered"
    assert len(smtp_sink.mails) == 2


def test_it_counts_no_answer_that_came_before_the_mail_was_written(
    world: World, box: Box, smtp_sink: Sink
) -> None:
    office = Office.open(world, box, smtp_port=smtp_sink.port)
    office.pull()
    with world.opened():
        row = post.deliver(office.mailbox, post.mail("dana1@customer.test", box.address, "Hello"))
        fields = {"thread": row[0].thread, "answers": row[0], "unless_answered": True}
    item = office.write("dana1@customer.test", **fields)
    office.push()
    assert office.outgoing(item).state == State.SENT


@pytest.mark.parametrize("unless_answered", [False, True])
def test_it_leaves_what_was_moved_in_the_last_moment(
    world: World, box: Box, smtp_sink: Sink, unless_answered: bool
) -> None:
    """Between looking at a mail and taking it: whoever was told "tomorrow" is right."""
    office = Office.open(world, box, smtp_port=smtp_sink.port)
    office.pull()
    item = office.write("dana1@customer.test")
    real, moved = outbox._claim, list[Outgoing]()

    def claim(run: Run, row: Outgoing) -> bool:
        if not moved:
            moved.append(row)
            now = timezone.now()
            tomorrow = now if unless_answered else now + timedelta(days=1)
            with world.opened():
                given: dict[str, Any] = {
                    "unless_answered": unless_answered,
                    "by": world.alice,
                    "at": now,
                }
                later.move(outgoing=Outgoing.objects.get(pk=row.pk), send_after=tomorrow, **given)
                post.deliver(office.mailbox, post.mail("dana1@customer.test", box.address, "Hi"))
                Message.objects.filter(direction="in").update(created_at=timezone.now())
        return real(run, row)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outbox, "_claim", claim)
        office.push()
    assert moved and smtp_sink.mails == []
    assert office.outgoing(item).state == (State.CANCELLED if unless_answered else State.QUEUED)


@pytest.mark.parametrize("answer_first", [True, False])
def test_it_settles_once_whether_an_answer_or_the_sending_came_first(
    world: World, box: Box, smtp_sink: Sink, answer_first: bool
) -> None:
    """An answer is being stored while the mail leaves: the row's lock lets one of them decide."""
    office = Office.open(world, box, smtp_port=smtp_sink.port)
    office.pull()
    item = office.write("dana1@customer.test", unless_answered=True)
    held, go = threading.Event(), threading.Event()

    def answer() -> None:
        with world.opened():
            post.deliver(office.mailbox, post.mail("dana1@customer.test", box.address, "Hello"))
            held.set()
            go.wait(30)
        connections.close_all()

    def watch(point: str) -> None:
        if point == "stage connect" and not answer_first:
            go.set()
            answering.start()
            held.wait(30)

    answering = threading.Thread(target=answer)
    if answer_first:
        answering.start()
        held.wait(30)
        threading.Timer(1, go.set).start()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lease, "watch", watch)
        office.push()
    answering.join(60)
    found = office.outgoing(item)
    assert found.state == (State.CANCELLED if answer_first else State.SENT)
    assert len(smtp_sink.mails) == (0 if answer_first else 1)
    with world.opened():
        assert Event.objects.filter(verb="email.held").count() == int(answer_first)
