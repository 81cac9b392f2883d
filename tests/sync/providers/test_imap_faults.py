"""Servers break off, stall and lie; what arrived is kept and nothing hangs."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

import pytest

from crm.workspaces import guard
from sync.providers import errors, imap_fetch
from sync.providers.base import (
    Budget,
    Cursor,
    Endpoint,
    Fetched,
    FetchError,
    Login,
    RemoteRef,
    Security,
)
from sync.providers.imap import ImapProvider
from tests.servers.fixtures import Box, mail
from tests.servers.proxy import Proxy
from tests.servers.script import Script, scripted

PLENTY = Budget()


@pytest.fixture
def proxy(box: Box, faulty: Callable[[int], Proxy]) -> Proxy:
    return faulty(box.server.imap)


@pytest.fixture
def provider(box: Box, proxy: Proxy, policy: guard.Policy) -> Iterator[ImapProvider]:
    endpoint = Endpoint("localhost", proxy.port, Security.PLAIN, allow_plain=True)
    provider = ImapProvider(endpoint, box.login, policy=policy, timeout=20.0)
    yield provider
    provider.close()


def listed(provider: ImapProvider) -> list[RemoteRef]:
    cursor = provider.changes("INBOX", None, None, PLENTY).next_cursor
    assert cursor is not None
    return [state.ref for state in provider.history("INBOX", cursor, PLENTY).upserts]


def test_f10_it_keeps_what_came_before_the_server_hung_up_in_a_literal(
    box: Box, proxy: Proxy, provider: ImapProvider
) -> None:
    box.put(*(mail(n, size=50_000) for n in range(1, 11)))
    refs = listed(provider)
    proxy.cut_at = b"<5.question@customer.test>"
    proxy.cut_keeps = 20_000

    kept: list[Fetched] = []
    with pytest.raises(errors.Transient, match="lost") as caught:
        kept.extend(o for o in provider.fetch(refs, PLENTY) if isinstance(o, Fetched))
    assert [o.ref.number for o in kept] == [1, 2, 3, 4]
    assert all(o.raw == mail(o.ref.number, size=50_000) for o in kept)
    assert caught.value.suspect == 5

    proxy.heal()
    rest = [ref for ref in refs if ref not in {o.ref for o in kept}]
    outcomes = [o for o in provider.fetch(rest, PLENTY) if isinstance(o, Fetched)]
    assert sorted(o.ref.number for o in outcomes) == [5, 6, 7, 8, 9, 10]


def test_f27_it_does_not_wait_for_ever(box: Box, proxy: Proxy, provider: ImapProvider) -> None:
    box.put(mail(1, size=500_000))
    refs = listed(provider)
    provider.session.wire.timeout = 1.0
    proxy.silent_after = 0
    with pytest.raises(errors.Transient, match="timeout"):
        provider.poll({"INBOX": None})
    proxy.heal()
    assert len(list(provider.fetch(refs, PLENTY))) == 1


def test_f88_it_bounds_batches_by_size_and_count(
    box: Box, proxy: Proxy, provider: ImapProvider
) -> None:
    box.put(*(mail(n, size=400_000) for n in range(1, 13)))
    refs = listed(provider)
    proxy.turns = 0
    outcomes = list(provider.fetch(refs, PLENTY))
    assert len(outcomes) == 12 and proxy.turns == 3  # four of 400 KB make a batch

    few = list(provider.fetch(refs, Budget(octets=1_000_000)))
    assert len(few) == 4


def test_f36_it_hands_over_a_huge_mail_in_pieces(
    box: Box, provider: ImapProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap_fetch, "LARGE", 1_000_000)
    raw = mail(1, size=3_000_000)
    box.put(raw, mail(2))
    refs = listed(provider)

    outcomes = {o.ref.number: o for o in provider.fetch(refs, PLENTY) if isinstance(o, Fetched)}
    assert outcomes[2].complete
    assert not outcomes[1].complete and outcomes[1].size == len(raw)
    assert outcomes[1].raw == raw[: raw.index(b"\r\n\r\n") + 4]
    assert b"".join(provider.chunks(outcomes[1].ref, size=700_000)) == raw
    with pytest.raises(errors.RemoteGone):
        list(provider.chunks(RemoteRef("INBOX", refs[0].generation, 99)))


def test_it_names_a_folder_that_is_not_there(provider: ImapProvider) -> None:
    with pytest.raises(errors.RemoteGone) as caught:
        provider.changes("Nowhere", None, None, PLENTY)
    assert caught.value.scope == "Nowhere"
    poll = provider.poll({"INBOX": None, "Nowhere": None})
    assert poll.missing == ("Nowhere",) and poll.moved == ("INBOX",)


HELLO = (b"", b"* OK [CAPABILITY IMAP4rev1] ready\r\n")
LOGIN = (b"LOGIN", b"{tag} OK [CAPABILITY IMAP4rev1] in\r\n")
BOX = b"* 3 EXISTS\r\n* OK [UIDVALIDITY 7] \r\n* OK [UIDNEXT 4] \r\n{tag} OK [READ-ONLY] \r\n"


def scripted_provider(script: Script, policy: guard.Policy) -> ImapProvider:
    endpoint = Endpoint("localhost", script.port, Security.PLAIN, allow_plain=True)
    return ImapProvider(endpoint, Login("alice", "secret"), policy=policy, timeout=20.0)


def refs(*numbers: int) -> list[RemoteRef]:
    return [RemoteRef("INBOX", 7, n, size=100) for n in numbers]


def test_f38_it_passes_over_the_one_message_a_server_chokes_on(policy: guard.Policy) -> None:
    body = b"* 1 FETCH (UID %d FLAGS () RFC822.SIZE 2 BODY[] {2}\r\nhi)\r\n"
    with scripted(
        HELLO,
        LOGIN,
        (b"EXAMINE", BOX),
        (b"UID FETCH 1:3 (UID FLAGS", body % 1 + b"{tag} NO [SERVERBUG] can't open message\r\n"),
        (b"UID FETCH 2:3 (UID)", b"* 2 FETCH (UID 2)\r\n* 3 FETCH (UID 3)\r\n{tag} OK \r\n"),
        (b"UID FETCH 2 (UID FLAGS", b"{tag} NO can't open message\r\n"),
        (b"UID FETCH 2 (UID)", b"* 2 FETCH (UID 2)\r\n{tag} OK \r\n"),
        (b"UID FETCH 3 (UID FLAGS", body % 3 + b"{tag} OK \r\n"),
    ) as script:
        provider = scripted_provider(script, policy)
        outcomes = list(provider.fetch(refs(1, 2, 3), PLENTY))
    assert [(type(o), o.ref.number) for o in outcomes] == [
        (Fetched, 1),
        (FetchError, 2),
        (Fetched, 3),
    ]
    (failed,) = [o for o in outcomes if isinstance(o, FetchError)]
    assert isinstance(failed.error, errors.Poison)


def test_f36_it_does_not_read_a_literal_of_a_gigabyte(policy: guard.Policy) -> None:
    with (
        scripted(
            HELLO,
            LOGIN,
            (b"EXAMINE", BOX),
            (b"UID FETCH 1", b"* 1 FETCH (UID 1 FLAGS () BODY[] {1073741824}\r\nhello"),
        ) as script,
        pytest.raises(errors.Transient, match="unexpected"),
    ):
        list(scripted_provider(script, policy).fetch(refs(1), PLENTY))


@pytest.mark.parametrize(
    ("goodbye", "kind"),
    [
        (b"* BYE [LIMIT] Too many simultaneous connections\r\n", errors.RateLimited),
        (b"* BYE Autologout; idle for too long\r\n", errors.Transient),
        (b"* BYE Request is throttled. Suggested Backoff Time: 92415 milliseconds\r\n",
         errors.RateLimited),
    ],
)  # fmt: skip
def test_f78_f82_it_listens_to_what_a_server_says_on_leaving(
    policy: guard.Policy, goodbye: bytes, kind: type[errors.ProviderError]
) -> None:
    with scripted(HELLO, LOGIN, (b"EXAMINE", goodbye)) as script, pytest.raises(kind) as caught:
        scripted_provider(script, policy).changes("INBOX", None, None, PLENTY)
    if b"92415" in goodbye:
        assert isinstance(caught.value, errors.RateLimited)
        assert caught.value.after == pytest.approx(92.4, abs=0.1)


def test_f03_it_lives_with_a_server_that_gives_no_numbers_to_go_by(policy: guard.Policy) -> None:
    with scripted(
        HELLO,
        LOGIN,
        (b"EXAMINE", b"* 2 EXISTS\r\n{tag} OK [READ-ONLY] \r\n"),
        (b"FETCH *", b"* 2 FETCH (UID 9)\r\n{tag} OK \r\n"),
        (b"EXAMINE", b"* 2 EXISTS\r\n{tag} OK [READ-ONLY] \r\n"),
        (b"FETCH *", b"* 2 FETCH (UID 12)\r\n{tag} OK \r\n"),
        (b"UID FETCH 10:12", b"* 2 FETCH (UID 12 FLAGS ())\r\n{tag} OK \r\n"),
        (b"UID FETCH 1:9", b"* 1 FETCH (UID 8 FLAGS (\\Seen))\r\n{tag} OK \r\n"),
    ) as script:
        provider = scripted_provider(script, policy)
        cursor = provider.changes("INBOX", None, None, PLENTY).next_cursor
        assert cursor is not None and cursor["generation"] == 0 and cursor["next"] == 10
        cursor["low"] = 1
        first = provider.changes("INBOX", cursor, None, PLENTY)
        assert [s.ref.number for s in first.upserts] == [12] and first.fresh
        second = provider.changes("INBOX", cursor, first.next_page, PLENTY)
    assert [(s.ref.number, *s.flags) for s in second.upserts] == [(8, "\\Seen")]
    assert list(second.gone) == [(1, 7), (9, 9)] and second.next_cursor


def test_f15_f16_it_takes_vanished_messages_from_any_answer(policy: guard.Policy) -> None:
    caps = b"[CAPABILITY IMAP4rev1 ENABLE CONDSTORE QRESYNC] "
    opened = b"* 3 EXISTS\r\n* OK [UIDVALIDITY 7] \r\n* OK [UIDNEXT 9] \r\n"
    modseq = b"* OK [HIGHESTMODSEQ 50] \r\n{tag} OK [READ-ONLY] \r\n"
    with scripted(
        HELLO,
        (b"LOGIN", b"{tag} OK " + caps + b"in\r\n"),
        (b"ENABLE", b"* ENABLED QRESYNC\r\n{tag} OK \r\n"),
        (b"EXAMINE", opened + modseq),
        (b"UID FETCH 1:4294967295 (UID FLAGS) (CHANGEDSINCE 40 VANISHED)",
         b"* VANISHED (EARLIER) 3:5\r\n* VANISHED 7\r\n"
         b"* 1 FETCH (UID 1 FLAGS (\\Seen) MODSEQ (45))\r\n{tag} OK \r\n"),
    ) as script:  # fmt: skip
        provider = scripted_provider(script, policy)
        cursor = {"generation": 7, "next": 9, "low": 1, "modseq": 40, "messages": 7, "swept": 0}
        page = provider.changes("INBOX", dict(cursor), None, PLENTY)
    assert list(page.gone) == [(3, 5), (7, 7)]
    assert [(s.ref.number, s.modseq) for s in page.upserts] == [(1, 45)]
    assert page.next_cursor and page.next_cursor["modseq"] == 50


def test_it_steps_over_a_wide_gap_in_the_numbers(policy: guard.Policy) -> None:
    far = b"* 3 EXISTS\r\n* OK [UIDVALIDITY 7] \r\n* OK [UIDNEXT 300000] \r\n{tag} OK \r\n"
    with scripted(
        HELLO,
        LOGIN,
        (b"EXAMINE", far),
        (b"UID SEARCH UID 10:299999", b"* SEARCH 290001 290000\r\n{tag} OK \r\n"),
        (
            b"UID FETCH 290000:290001",
            b"* 2 FETCH (UID 290000 FLAGS ())\r\n* 3 FETCH (UID 290001 FLAGS ())\r\n{tag} OK \r\n",
        ),
    ) as script:
        provider = scripted_provider(script, policy)
        cursor: Cursor = {"generation": 7, "next": 10, "low": 1, "modseq": None, "messages": 1}
        page = provider.changes("INBOX", cursor, None, PLENTY)
    assert [s.ref.number for s in page.upserts] == [290000, 290001] and page.fresh


def test_f23_it_lists_heaps_of_numbers_piece_by_piece(policy: guard.Policy) -> None:
    opened = b"* 5 EXISTS\r\n* OK [UIDVALIDITY 7] \r\n* OK [UIDNEXT 1000] \r\n{tag} OK \r\n"
    heap = b"* 1 FETCH (UID 8 FLAGS ())\r\n* 2 FETCH (UID 9 FLAGS ())\r\n{tag} OK \r\n"
    with scripted(
        HELLO,
        LOGIN,
        (b"EXAMINE", opened),
        (b"UID SEARCH UID 600:999", b"* SEARCH\r\n{tag} OK \r\n"),
        (b"UID SEARCH UID 1:599", b"* SEARCH 1 2 3 8 9\r\n{tag} OK \r\n"),
        (b"UID FETCH 8:9 ", heap),
    ) as script:
        provider = scripted_provider(script, policy)
        cursor: Cursor = {"generation": 7, "next": 1000, "low": 1000, "messages": 5}
        page = provider.history("INBOX", cursor, Budget(messages=2))
    assert [s.ref.number for s in page.upserts] == [9, 8]
    assert page.next_cursor and page.next_cursor["low"] == 8 and not page.complete


def test_f93_it_writes_neither_mail_nor_passwords_to_the_log(
    box: Box, provider: ImapProvider, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    box.put(mail(1, body="canary in the mail"))
    assert len(list(provider.fetch(listed(provider), PLENTY))) == 1
    assert "canary" not in caplog.text and box.login.password not in caplog.text
    assert box.login.password not in repr(provider.login)
