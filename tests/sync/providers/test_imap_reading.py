"""A mailbox on a full-featured server is read without losing or doubling anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest

from crm.workspaces import guard
from sync.providers import errors
from sync.providers.base import Budget, Endpoint, Fetched, Gone, RemoteRef, Role, Security
from sync.providers.imap import ImapProvider
from tests.servers.fixtures import Box, mail
from tests.servers.proxy import Proxy
from tests.sync.providers.rounds import everything, gone, numbers, start

PLENTY = Budget()


@pytest.fixture
def provider(box: Box, policy: guard.Policy) -> Iterator[ImapProvider]:
    provider = ImapProvider(box.endpoint, box.login, policy=policy)
    yield provider
    provider.close()


def test_it_lists_folders_with_their_roles(box: Box, provider: ImapProvider) -> None:
    box.client().create_folder("Angebote & Verträge")

    folders = {folder.display: folder for folder in provider.folders()}

    assert folders["INBOX"].role is Role.INBOX
    assert folders["Sent"].role is Role.SENT
    assert folders["Junk"].role is Role.SPAM
    assert folders["Trash"].role is Role.TRASH
    assert folders["Archive"].role is Role.ARCHIVE
    assert folders["Angebote & Verträge"].role is Role.OTHER
    assert provider.changes(folders["Angebote & Verträge"].name, None, None, PLENTY).complete


def test_it_starts_at_the_present_and_goes_back_newest_first(
    box: Box, provider: ImapProvider
) -> None:
    box.put(*(mail(n) for n in range(1, 31)))
    cursor = start(provider)

    first = provider.history("INBOX", cursor, Budget(messages=10))
    assert [state.ref.number for state in first.upserts] == list(range(30, 20, -1))
    assert not first.fresh and not first.complete and first.next_cursor

    second = provider.history("INBOX", first.next_cursor, Budget(messages=100))
    assert [state.ref.number for state in second.upserts] == list(range(20, 0, -1))
    assert second.complete


def test_it_tells_new_mail_flags_and_vanished_ones(box: Box, provider: ImapProvider) -> None:
    box.put(*(mail(n) for n in range(1, 11)))
    cursor = start(provider)
    done = provider.history("INBOX", cursor, PLENTY).next_cursor
    assert done is not None
    assert provider.poll({"INBOX": done}).moved == ()

    owner = box.client()
    owner.select_folder("INBOX")
    owner.add_flags([3, 4], [b"\\Seen"])
    owner.delete_messages([7])
    owner.expunge([7])
    owner.append("INBOX", mail(11))

    assert provider.poll({"INBOX": done}).moved == ("INBOX",)
    pages, after = everything(provider, done)
    assert [n for page in pages if page.fresh for n in numbers([page])] == [11]
    old = {s.ref.number: s.flags for page in pages if not page.fresh for s in page.upserts}
    assert old == {3: {"\\Seen"}, 4: {"\\Seen"}}
    assert 7 in gone(pages) and not gone(pages) & {1, 2, 3, 4, 5, 6, 8, 9, 10, 11}
    assert provider.poll({"INBOX": after}).moved == ()
    assert numbers(everything(provider, after)[0]) == []


def test_it_pages_a_round_and_can_go_on_from_any_page(
    box: Box, provider: ImapProvider, policy: guard.Policy
) -> None:
    box.put(mail(1))
    cursor = start(provider)
    box.put(*(mail(n) for n in range(2, 2503)))

    page = provider.changes("INBOX", cursor, None, Budget(messages=500))
    seen = numbers([page])
    while page.next_page is not None:
        # Each page by a new connection, as after a crash of the worker.
        other = ImapProvider(box.endpoint, box.login, policy=policy)
        page = other.changes("INBOX", cursor, page.next_page, Budget(messages=500))
        seen += numbers([page])
        other.close()

    assert sorted(seen) == list(range(2, 2503))
    assert len(seen) == len(set(seen))


def test_f13_it_finds_mail_that_arrives_during_the_listing(
    box: Box, provider: ImapProvider
) -> None:
    box.put(*(mail(n) for n in range(1, 4)))
    cursor = start(provider)
    box.put(*(mail(n) for n in range(4, 1505)))
    page = provider.changes("INBOX", cursor, None, Budget(messages=1))
    box.client().append("INBOX", mail(9999))
    seen = numbers([page])
    while page.next_page is not None:
        page = provider.changes("INBOX", cursor, page.next_page, Budget(messages=1))
        seen += numbers([page])
    assert page.next_cursor is not None
    pages, _ = everything(provider, page.next_cursor)

    assert sorted(seen + numbers(pages)) == list(range(4, 1506))


def test_it_fetches_raw_mail_as_it_was_put(box: Box, provider: ImapProvider) -> None:
    mails = {n: mail(n, size=n * 3000) for n in range(1, 40)}
    box.put(*mails.values())
    page = provider.history("INBOX", start(provider), PLENTY)

    outcomes = list(provider.fetch([state.ref for state in page.upserts], PLENTY))

    got = {o.ref.number: o for o in outcomes if isinstance(o, Fetched)}
    assert {n: o.raw for n, o in got.items()} == mails
    assert all(o.complete and o.size == len(mails[n]) for n, o in got.items())
    assert all(o.internal_date is not None for o in got.values())


def test_f12_it_says_gone_for_what_left_between_listing_and_fetching(
    box: Box, provider: ImapProvider
) -> None:
    box.put(*(mail(n) for n in range(1, 6)))
    page = provider.history("INBOX", start(provider), PLENTY)
    owner = box.client()
    owner.select_folder("INBOX")
    owner.delete_messages([2])
    owner.expunge([2])

    outcomes = list(provider.fetch([state.ref for state in page.upserts], PLENTY))

    assert {o.ref.number for o in outcomes if isinstance(o, Fetched)} == {1, 3, 4, 5}
    assert [o.ref.number for o in outcomes if isinstance(o, Gone)] == [2]
    unsized = [RemoteRef(r.ref.folder, r.ref.generation, r.ref.number) for r in page.upserts]
    assert [o.ref.number for o in provider.fetch(unsized, PLENTY) if isinstance(o, Gone)] == [2]
    assert [o.ref.number for o in provider.probe(unsized) if isinstance(o, Gone)] == [2]


def test_f01_it_notices_a_renumbered_folder_and_tells_messages_again(
    box: Box, provider: ImapProvider
) -> None:
    box.put(*(mail(n) for n in range(1, 6)))
    cursor = start(provider)
    page = provider.history("INBOX", cursor, PLENTY)
    before = {i.message_id: i for i in provider.identities([s.ref for s in page.upserts])}
    provider.close()
    box.server.renumber(box.address)

    with pytest.raises(errors.CursorExpired):
        provider.changes("INBOX", cursor, None, PLENTY)
    with pytest.raises(errors.CursorExpired):
        list(provider.fetch([s.ref for s in page.upserts], PLENTY))

    anew = provider.snapshot("INBOX", None, PLENTY)
    assert anew.complete and anew.generation != page.generation and anew.next_cursor
    after = {i.message_id: i for i in provider.identities([s.ref for s in anew.upserts])}
    assert {k: (i.size, i.internal_date) for k, i in after.items()} == {
        k: (i.size, i.internal_date) for k, i in before.items()
    }
    assert "<3.question@customer.test>" in after
    assert numbers(everything(provider, anew.next_cursor)[0]) == []


def test_it_asks_little_when_nothing_changed(
    box: Box, policy: guard.Policy, faulty: Callable[[int], Proxy]
) -> None:
    box.put(*(mail(n) for n in range(1, 50)))
    proxy = faulty(box.server.imap)
    endpoint = Endpoint("localhost", proxy.port, Security.PLAIN, allow_plain=True)
    provider = ImapProvider(endpoint, box.login, policy=policy)
    names = [folder.name for folder in provider.folders()]
    cursors = {name: provider.changes(name, None, None, PLENTY).next_cursor for name in names}
    provider.close()
    proxy.heal()

    provider = ImapProvider(endpoint, box.login, policy=policy)
    assert provider.poll(cursors).moved == ()
    turns = proxy.turns
    provider.close()

    assert len(names) == 6
    assert turns <= 3


def test_it_goes_back_no_further_than_asked(box: Box, provider: ImapProvider) -> None:
    owner = box.client()
    for day in (1, 20, 2, 21, 3, 22):  # a moved mailbox is not in the order of its dates
        owner.append("INBOX", mail(day), msg_time=datetime(2026, 10, day, 12, tzinfo=UTC))
    cursor = start(provider)
    page = provider.history("INBOX", cursor, PLENTY, since=date(2026, 10, 10))
    assert numbers([page]) == [6, 4, 2] and page.complete

    seen: list[int] = []
    while not seen or not page.complete:
        page = provider.history("INBOX", cursor, Budget(messages=2), since=date(2026, 10, 10))
        seen += numbers([page])
        assert page.next_cursor
        cursor = page.next_cursor
    assert seen == [6, 4, 2]
