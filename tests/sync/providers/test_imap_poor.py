"""Servers that know less: nothing is missed, it only takes more looking."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from crm.workspaces import guard
from sync.providers import imap_changes
from sync.providers.base import Budget, Cursor, Endpoint, Fetched, Login, Role, Security
from sync.providers.imap import ImapProvider
from tests.servers import certificates, dovecot
from tests.servers.fixtures import Box, fresh_box, mail
from tests.servers.poor import Poor
from tests.sync.providers.rounds import everything, gone, numbers, start

PLENTY = Budget()


class Clock:
    """A clock that stands still until it is told otherwise."""

    now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module", params=["IMAP4rev1", "IMAP4rev1 CONDSTORE ENABLE UIDPLUS"])
def modest_server(
    request: pytest.FixtureRequest, certificate: certificates.Certificate
) -> Iterator[dovecot.Dovecot]:
    """A Dovecot that admits to little."""
    with dovecot.dovecot(certificate, capability=request.param) as server:
        yield server


@pytest.fixture
def modest(modest_server: dovecot.Dovecot, certificate: certificates.Certificate) -> Box:
    return fresh_box(modest_server, certificate)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def provider(modest: Box, policy: guard.Policy, clock: Clock) -> Iterator[ImapProvider]:
    provider = ImapProvider(modest.endpoint, modest.login, policy=policy, clock=clock)
    yield provider
    provider.close()


def test_f22_it_finds_roles_by_name(modest: Box, provider: ImapProvider) -> None:
    roles = {folder.display: folder.role for folder in provider.folders()}
    assert roles["Sent"] is Role.SENT and roles["Junk"] is Role.SPAM
    assert roles["Drafts"] is Role.DRAFTS and roles["Trash"] is Role.TRASH


def test_it_sees_new_mail_flags_and_deletions(modest: Box, provider: ImapProvider) -> None:
    modest.put(*(mail(n) for n in range(1, 11)))
    done = provider.history("INBOX", start(provider), PLENTY).next_cursor
    assert done is not None
    owner = modest.client()
    owner.select_folder("INBOX")
    owner.add_flags([3], [b"\\Seen"])
    owner.delete_messages([7])
    owner._imap.expunge()
    owner.append("INBOX", mail(11))

    assert provider.poll({"INBOX": done}).moved == ("INBOX",)
    pages, after = everything(provider, done)

    assert [n for page in pages if page.fresh for n in numbers([page])] == [11]
    flags = {s.ref.number: s.flags for page in pages for s in page.upserts}
    assert "\\Seen" in flags[3]
    assert gone(pages) & set(range(1, 12)) == {7}
    again, _ = everything(provider, after)
    assert gone(again) & set(range(1, 12)) <= {7}


def test_it_looks_at_the_newest_each_time_and_at_all_each_hour(
    modest: Box, provider: ImapProvider, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap_changes, "TAIL", 5)
    monkeypatch.setattr(imap_changes, "SWEEP", 4)
    modest.put(*(mail(n) for n in range(1, 21)))
    done = provider.history("INBOX", start(provider), PLENTY).next_cursor
    assert done is not None
    knows_flags = provider.caps.condstore
    owner = modest.client()
    owner.select_folder("INBOX")
    owner.add_flags([2, 19], [b"\\Seen"])

    def seen(cursor: Cursor) -> tuple[set[int], Cursor]:
        pages, after = everything(provider, cursor)
        return {s.ref.number for p in pages for s in p.upserts if "\\Seen" in s.flags}, after

    first, cursor = seen(done)
    assert first == ({2, 19} if knows_flags else {19})
    clock.now += 3600
    second, cursor = seen(cursor)
    assert second == (set() if knows_flags else {2, 19})
    third, _ = seen(cursor)
    assert third == (set() if knows_flags else {19})


def test_it_reads_a_server_without_any_extension(poor_server: Poor, policy: guard.Policy) -> None:
    endpoint = Endpoint("localhost", poor_server.port, Security.PLAIN, allow_plain=True)
    login = Login(poor_server.username, poor_server.password)
    provider = ImapProvider(endpoint, login, policy=policy)

    assert provider.folders()[0].role is Role.INBOX
    cursor = start(provider)
    page = provider.history("INBOX", cursor, PLENTY)
    assert page.complete and page.upserts and page.next_cursor
    outcomes = list(provider.fetch([s.ref for s in page.upserts], PLENTY))
    assert len(outcomes) == len(page.upserts)
    assert all(isinstance(o, Fetched) and b"From:" in o.raw for o in outcomes)
    assert numbers([p for p in everything(provider, page.next_cursor)[0] if p.fresh]) == []
    assert provider.snapshot("INBOX", None, PLENTY).complete
    provider.close()
