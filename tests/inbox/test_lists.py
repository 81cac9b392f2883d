"""Lists, search and conversations show what a member may read, and nothing else."""

from collections.abc import Iterator

import pytest

from crm.contacts.models import Person, PersonEmail
from inbox.models import Mailbox, MailboxMember, MailboxThread, Thread
from inbox.queries import access, lists, reading, search
from inbox.queries.lists import Filter
from tests.inbox.post import SHARED, deliver, mail, mailbox
from tests.world import World

ALICE, BOB = "Alice <alice@acme.test>", "Bob <bob@acme.test>"
OWEN = "Owen Castell <owen@brightmoor.test>"


@pytest.fixture
def opened(world: World) -> Iterator[World]:
    with world.opened():
        yield world


def subjects(member, **narrowed) -> list[str]:  # type: ignore[no-untyped-def]
    return [row.subject for row in lists.threads(member, Filter(**narrowed)).rows]


def test_it_lists_the_newest_first_and_walks_on(opened: World) -> None:
    box = mailbox(opened.alice, "alice@acme.test")
    deliver(box, *(mail(OWEN, ALICE, f"Letter {n}", id=f"{n}@x") for n in range(7)))
    seen, after = [], None
    while True:
        page = lists.threads(opened.alice, Filter(place="inbox"), after=after, limit=3)
        seen += [row.subject for row in page.rows]
        after = page.after
        if after is None:
            break
    assert seen == [f"Letter {n}" for n in reversed(range(7))]


def test_it_walks_back_up_from_any_row(opened: World) -> None:
    """Rows above a cursor come with the one it stands for, whichever way they are found."""
    box = mailbox(opened.alice, "alice@acme.test")
    deliver(box, *(mail(OWEN, ALICE, f"Letter {n}", id=f"{n}@x") for n in range(7)))
    for narrowed in (Filter(place="inbox"), Filter(query="hello"), Filter(query="from:owen")):
        rows = lists.threads(opened.alice, narrowed).rows
        before: str | None = lists.cursor_of(rows[5])
        seen: list[str] = []
        while before:
            page = lists.threads(opened.alice, narrowed, before=before, limit=4)
            seen = [row.subject for row in page.rows] + seen
            before = page.before
            assert page.after is None
        assert seen == [f"Letter {n}" for n in (6, 5, 4, 3, 2, 1)], narrowed


def test_it_counts_a_conversation_of_two_mailboxes_once(opened: World) -> None:
    mine = mailbox(opened.alice, "alice@acme.test")
    team = mailbox(None, "sales@acme.test", kind="team", visibility="team")
    MailboxMember.objects.create(mailbox=team, member=opened.alice)
    for box in (mine, team):
        deliver(box, mail(OWEN, ALICE, "Pilot", id="1@x"), mail(OWEN, ALICE, "Own", id=f"{box}@x"))
    own = [mine.pk, team.pk]
    for narrowed, total in (
        (Filter(place="inbox"), 3),
        (Filter(place="all", unread=True), 3),
        (Filter(place="inbox", mailbox=mine.pk), 2),
        (Filter(place="sent"), 0),
    ):
        assert lists.total(narrowed, own, opened.alice) == total
        assert len(lists.threads(opened.alice, narrowed).rows) == total


def test_f51_it_folds_a_thread_of_two_mailboxes_into_one_row(opened: World) -> None:
    mine = mailbox(opened.alice, "alice@acme.test")
    team = mailbox(None, "sales@acme.test", kind="team", visibility="team")
    MailboxMember.objects.create(mailbox=team, member=opened.alice)
    deliver(mine, mail(OWEN, ALICE, "Pilot", "to you", id="1@x"))
    deliver(team, mail(OWEN, "sales@acme.test", "Pilot", "to all", id="1@x"))
    deliver(mine, mail(OWEN, ALICE, "Re: Pilot", "more", id="2@x", References="<1@x>"))
    [row] = lists.threads(opened.alice, Filter(place="inbox")).rows
    assert (row.message_count, row.mailbox_ids) == (3, sorted([mine.pk, team.pk]))
    page = reading.thread(opened.alice, row.uid)
    assert [shown.message.rfc_id for shown in page.messages] == ["1@x", "2@x"]
    assert subjects(opened.bob) == []


def test_it_keeps_private_mail_from_a_colleague_in_the_same_thread(opened: World) -> None:
    """Alice wrote privately in a conversation that Bob also holds a mail of."""
    hers = mailbox(opened.alice, "alice@acme.test")
    his = mailbox(opened.bob, "bob@acme.test")
    deliver(hers, mail(OWEN, ALICE, "Pilot", "open words", id="1@x"))
    deliver(his, mail(OWEN, BOB, "Pilot", "open words", id="1@x"))
    deliver(hers, mail(OWEN, ALICE, "Re: Pilot", "xylophone", id="2@x", References="<1@x>"))
    [row] = lists.threads(opened.bob, Filter()).rows
    assert (row.message_count, row.snippet) == (1, "open words")
    page = reading.thread(opened.bob, row.uid)
    assert [shown.message.mailbox_id for shown in page.messages] == [his.pk]
    assert subjects(opened.bob, query="xylophone") == []
    assert subjects(opened.alice, query="xylophone") == ["Pilot"]
    assert access.messages(opened.bob).count() == 1
    thread = Thread.objects.get(uid=row.uid)
    assert access.readers(thread_id=thread.pk, mailbox_ids=[hers.pk]) == {opened.alice.pk}
    assert lists.unread(opened.bob, "inbox", Mailbox.objects.filter(pk=his.pk)) == {his.pk: 1}


def test_it_shows_a_shared_thread_only_once_it_is_linked(opened: World) -> None:
    hers = mailbox(opened.alice, "alice@acme.test", visibility=SHARED)
    [message] = deliver(hers, mail(OWEN, ALICE, "Pilot", id="1@x"))
    uid = message.thread.uid
    with pytest.raises(Thread.DoesNotExist):
        reading.thread(opened.bob, uid)
    owen = Person.objects.create(name="Owen", name_key="owen")
    PersonEmail.objects.create(person=owen, address="owen@brightmoor.test")
    deliver(hers, mail(OWEN, ALICE, "Re: Pilot", id="2@x", References="<1@x>"))
    page = reading.thread(opened.bob, uid)
    assert len(page.messages) == 2
    assert page.found.own_entries == []
    assert subjects(opened.bob, place="inbox") == []
    assert subjects(opened.bob, query="pilot") == ["Pilot"]
    MailboxThread.objects.update(visibility="private")
    with pytest.raises(Thread.DoesNotExist):
        reading.thread(opened.bob, uid)


def test_it_shows_charlie_nothing_of_acme(world: World) -> None:
    with world.opened():
        hers = mailbox(world.alice, "alice@acme.test", visibility=SHARED)
        [message] = deliver(hers, mail(OWEN, ALICE, "Pilot", id="1@x"))
        uid = message.thread.uid
    with world.opened(world.globex):
        assert subjects(world.charlie) == []
        assert subjects(world.charlie, query="pilot") == []
        with pytest.raises(Thread.DoesNotExist):
            reading.thread(world.charlie, uid)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("depositos", ["Depósitos"]),
        ("DEPÓSI", ["Depósitos"]),
        ("from:owen", ["Quote", "Depósitos"]),
        ("from:ruth", ["Roastery"]),
        ("subject:quote", ["Quote"]),
        ('"cold chain"', ["Depósitos"]),
        ('"chain cold"', []),
        ("cold -chain", ["Quote"]),
        ("before:2026-11-02", []),
        ("after:2026-11-02", ["Roastery", "Quote", "Depósitos"]),
        ("has:attachment", []),
        ("to:alice", ["Roastery", "Quote", "Depósitos"]),
        ("is:unread", ["Roastery", "Quote", "Depósitos"]),
        ("is:read", []),
        ("& | ! ( :* <->", ["Roastery", "Quote", "Depósitos"]),
        ("'; DROP TABLE", []),
        ("100% from:%", []),
    ],
)
@pytest.mark.parametrize("many", [1, 500], ids=["walked", "looked-up"])
def test_it_finds_what_people_type(
    opened: World, query: str, found: list[str], many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "MANY", many)
    box = mailbox(opened.alice, "alice@acme.test")
    deliver(
        box,
        mail(OWEN, ALICE, "Depósitos", "The cold chain.", id="1@x"),
        mail(OWEN, ALICE, "Quote", "Cold rooms.", id="2@x"),
        mail("Ruth <ruth@beans.test>", ALICE, "Roastery", "Beans.", id="3@x"),
    )
    assert subjects(opened.alice, query=query) == found


def test_it_refuses_a_cursor_that_is_not_ours(opened: World) -> None:
    with pytest.raises(lists.BadCursor):
        lists.threads(opened.alice, Filter(), after="not-a-cursor")


def test_it_takes_any_query_apart() -> None:
    for text in ("", " ", '"', "::", "from:", "before:tomorrow", "\x00", "a" * 10_000):
        search.parse(text)


def test_it_does_not_tell_whom_a_colleague_writes_to(opened: World) -> None:
    """Alice privately brings a lawyer into a conversation that Bob also holds a mail of."""
    hers = mailbox(opened.alice, "alice@acme.test")
    his = mailbox(opened.bob, "bob@acme.test")
    lawyer = Person.objects.create(name="Lena Roth", name_key="lena roth")
    PersonEmail.objects.create(person=lawyer, address="lena@roth.test")
    for box, to in ((hers, ALICE), (his, BOB)):
        deliver(box, mail(OWEN, to, "Pilot", id="1@x"))
    deliver(hers, mail("Lena <lena@roth.test>", ALICE, "Re: Pilot", id="2@x", References="<1@x>"))
    uid = Thread.objects.get().uid
    for member, sees in ((opened.alice, [lawyer]), (opened.bob, [])):
        page = reading.thread(member, uid)
        assert [link.object_id for link in page.people] == [person.pk for person in sees]
        assert [link.why for link in page.told] == ["lena@roth.test" for _person in sees]
        assert len(subjects(member, record=("person", lawyer.pk))) == len(sees)
        assert len(subjects(member, record=("person", lawyer.pk), unread=True)) == len(sees)


def test_it_keeps_to_the_person_whatever_else_is_asked(opened: World) -> None:
    box = mailbox(opened.alice, "alice@acme.test")
    owen = Person.objects.create(name="Owen", name_key="owen")
    PersonEmail.objects.create(person=owen, address="owen@brightmoor.test")
    deliver(box, mail(OWEN, ALICE, "Pilot", id="1@x"))
    deliver(box, mail("Dana <dana@northwind.test>", ALICE, "Prices", id="2@x"))
    for query in ("is:unread", "in:inbox", "after:2026-01-01", "hello"):
        assert subjects(opened.alice, record=("person", owen.pk), query=query) == ["Pilot"], query
