"""Mail arrives and finds its thread, whatever the order."""

import importlib
import itertools
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import connection

from crm.contacts.models import Person, PersonEmail
from inbox.models import (
    LedgerEntry,
    MailboxThread,
    Message,
    MessageBody,
    Participant,
    Thread,
    ThreadLink,
)
from tests import make
from tests.inbox.post import deliver, mail, mailbox
from tests.world import World

ALICE, OWEN = "Alice <alice@acme.test>", "Owen Castell <owen@brightmoor.test>"


@pytest.fixture
def opened(world: World) -> Iterator[World]:
    with world.opened():
        yield world


def test_it_stores_what_a_mail_says(opened: World) -> None:
    box = mailbox(opened.alice, "alice@acme.test")
    [message] = deliver(
        box, mail(OWEN, ALICE, "Pilot: 14 depósitos", "The price, please.", id="a@x")
    )
    assert message.subject == "Pilot: 14 depósitos"
    assert message.sender_address == "owen@brightmoor.test"
    assert MessageBody.objects.get(message=message).own_text.strip() == "The price, please."
    entry = MailboxThread.objects.get()
    assert (entry.place, entry.unread_count, entry.visibility) == ("inbox", 1, "private")
    assert entry.people == [["Owen Castell", "owen@brightmoor.test", False]]
    ledger = LedgerEntry.objects.get()
    assert (ledger.decision, ledger.message_id) == ("imported", message.pk)


def test_it_straightens_words_that_came_before(opened: World) -> None:
    """As the migrations do; once more changes nothing."""
    mails = importlib.import_module("inbox.migrations.0043_words_turned")
    people = importlib.import_module("crm.contacts.migrations.0007_names_turned")
    deliver(mailbox(opened.alice, "alice@acme.test"), mail(OWEN, ALICE, "Bank", id="a@x"))
    person = make.person("Owen Castell")
    turned, named = "\u202eBank\u2066", "Owen\u202e Castell"
    Message.objects.update(subject=turned, sender_name=named)
    Thread.objects.update(subject=turned)
    Participant.objects.filter(role="from").update(name=named)
    MailboxThread.objects.update(subject=turned, people=[[named, "owen@brightmoor.test", False]])
    Person.objects.filter(pk=person.pk).update(name=named, name_key=named, search=named)
    for _time in range(2):
        mails.straight("subject", "sender_name")(apps, Message._base_manager.all())
        mails.straight("subject")(apps, Thread._base_manager.all())
        mails.straight("name")(apps, Participant._base_manager.all())
        mails.straighten_rows(apps, MailboxThread._base_manager.all())
        people.straighten(apps, Person._base_manager.all())
        message, entry = Message.objects.get(), MailboxThread.objects.get()
        assert (message.subject, message.sender_name) == ("Bank", "Owen Castell")
        assert (Thread.objects.get().subject, entry.subject) == ("Bank", "Bank")
        assert entry.people == [["Owen Castell", "owen@brightmoor.test", False]]
        assert Participant.objects.get(role="from").name == "Owen Castell"
        person.refresh_from_db()
        assert person.name == person.name_key == person.search == "Owen Castell"


def test_it_reads_bodies_kept_before_they_were_packed(opened: World) -> None:
    box = mailbox(opened.alice, "alice@acme.test")
    said = "A pergunta é a mesma. " * 200
    [message] = deliver(box, mail(OWEN, ALICE, "Pilot", said, id="a@x"))
    body = MessageBody.objects.get(message=message)
    assert body.own_text.strip() == said.strip()
    with connection.cursor() as cursor:
        cursor.execute("SELECT octet_length(own_text) FROM inbox_messagebody")
        assert cursor.fetchone()[0] < len(said) / 10
        cursor.execute("UPDATE inbox_messagebody SET own_text = convert_to(%s, 'UTF8')", [said])
    body.refresh_from_db()
    assert body.own_text == said


CHAIN = [
    mail(OWEN, ALICE, "Pilot", id="1@x"),
    mail(ALICE, OWEN, "Re: Pilot", id="2@x", In_Reply_To="<1@x>", References="<1@x>"),
    mail(OWEN, ALICE, "Re: Pilot", id="3@x", In_Reply_To="<2@x>", References="<1@x> <2@x>"),
    mail(OWEN, ALICE, "Another thing", id="4@x"),
]


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_f53_it_makes_the_same_threads_in_any_order(opened: World, order: tuple[int, ...]) -> None:
    box = mailbox(opened.alice, "alice@acme.test")
    for number in order:
        deliver(box, CHAIN[number])
    sizes = sorted(MailboxThread.objects.values_list("message_count", flat=True))
    assert sizes == [1, 3]


def test_f53_it_merges_two_threads_that_a_mail_names(opened: World) -> None:
    box = mailbox(opened.alice, "alice@acme.test")
    first, second = deliver(box, mail(OWEN, ALICE, "A", id="a@x"), mail(OWEN, ALICE, "B", id="b@x"))
    assert first.thread_id != second.thread_id
    deliver(box, mail(OWEN, ALICE, "Re: A", id="c@x", References="<a@x> <b@x>"))
    assert Message.objects.values("thread").distinct().count() == 1
    left = Thread.objects.exclude(merged_into=None).get()
    assert left.merged_into_id == Message.objects.values_list("thread", flat=True).first()
    assert MailboxThread.objects.get().message_count == 3


@pytest.mark.parametrize("reverse", [False, True])
def test_f52_f56_it_joins_a_reply_without_headers_to_the_same_counterpart(
    opened: World, reverse: bool
) -> None:
    box = mailbox(opened.alice, "alice@acme.test")
    asked = (mail(ALICE, OWEN, "Invoice", id="a@x"), "sent", 0)
    answered = (mail(OWEN, ALICE, "RE: Invoice", id="b@x"), "inbox", 3)
    stranger = (mail("zed@else.test", ALICE, "Re: Invoice", id="c@x"), "inbox", 4)
    late = (mail(OWEN, ALICE, "Re: Invoice", id="d@x"), "inbox", 60)
    steps = [asked, answered, stranger, late]
    for raw, role, days in reversed(steps) if reverse else steps:
        deliver(box, raw, role=role, days=days)
    assert sorted(MailboxThread.objects.values_list("message_count", flat=True)) == [1, 1, 2]


def test_f29_it_keeps_two_mails_with_one_message_id(opened: World) -> None:
    box = mailbox(opened.alice, "alice@acme.test")
    deliver(box, mail(OWEN, ALICE, "A", "one", id="a@x"), mail(OWEN, ALICE, "A", "two", id="a@x"))
    assert Message.objects.count() == 2


def test_it_stores_the_same_bytes_once_and_says_so(opened: World) -> None:
    box = mailbox(opened.alice, "alice@acme.test")
    raw = mail(OWEN, ALICE, "A", id="a@x")
    first, second = deliver(box, raw, raw)
    assert first == second
    assert list(LedgerEntry.objects.order_by("number").values_list("decision", flat=True)) == [
        "imported",
        "duplicate",
    ]
    [third] = deliver(box, raw)
    assert third == first


def test_it_links_a_thread_to_the_person_who_wrote(opened: World) -> None:
    box = mailbox(opened.alice, "alice@acme.test")
    owen = Person.objects.create(name="Owen", name_key="owen")
    PersonEmail.objects.create(person=owen, address="owen@brightmoor.test")
    [message] = deliver(box, mail(OWEN, ALICE, "A", id="a@x"))
    link = ThreadLink.objects.get()
    assert (link.thread_id, link.object_id, link.why) == (
        message.thread_id,
        owen.pk,
        "owen@brightmoor.test",
    )


def test_f28_it_keeps_a_mail_without_any_header(opened: World) -> None:
    box = mailbox(opened.alice, "alice@acme.test")
    [message] = deliver(box, b"\x00\xff\xfe not a mail at all")
    assert message.rfc_id is None
    assert LedgerEntry.objects.get().decision == "imported"
