"""What people do here reaches their mailbox once, and only their own messages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from crm.workspaces import guard
from sync.providers import errors
from sync.providers.base import (
    ActionResult,
    Budget,
    Fetched,
    Op,
    RemoteAction,
    RemoteRef,
    SentProbe,
)
from sync.providers.imap import ImapProvider
from tests.servers import certificates, dovecot
from tests.servers.fixtures import Box, fresh_box, mail
from tests.sync.providers.rounds import start

PLENTY = Budget()
AT = datetime(2026, 11, 2, 10, 30, 15, tzinfo=UTC)
MODEST = "IMAP4rev1 UIDPLUS"


@pytest.fixture(scope="module", params=["", MODEST, "IMAP4rev1"])
def server(
    request: pytest.FixtureRequest,
    certificate: certificates.Certificate,
    dovecot_server: dovecot.Dovecot,
) -> Iterator[dovecot.Dovecot]:
    """Full, without MOVE, and without UIDPLUS too."""
    if not request.param:
        yield dovecot_server
        return
    with dovecot.dovecot(certificate, capability=request.param) as server:
        yield server


@pytest.fixture
def box(server: dovecot.Dovecot, certificate: certificates.Certificate) -> Box:
    return fresh_box(server, certificate)


@pytest.fixture
def provider(box: Box, policy: guard.Policy) -> Iterator[ImapProvider]:
    provider = ImapProvider(box.endpoint, box.login, policy=policy)
    yield provider
    provider.close()


def listed(provider: ImapProvider, folder: str = "INBOX") -> dict[int, RemoteRef]:
    cursor = start(provider, folder)
    states = provider.history(folder, cursor, PLENTY).upserts
    return {s.ref.number: s.ref for s in states if "\\Deleted" not in s.flags}


def twice(provider: ImapProvider, action: RemoteAction) -> ActionResult:
    """Everything may be delivered twice."""
    result = provider.apply(action)
    provider.apply(action)
    return result


def test_f68_it_changes_only_the_flags_it_was_told_to(box: Box, provider: ImapProvider) -> None:
    box.put(*(mail(n) for n in range(1, 4)))
    refs = listed(provider)
    owner = box.client()
    owner.select_folder("INBOX")
    owner.add_flags([1, 2], [b"\\Flagged"])
    seen = frozenset({"\\Seen"})

    action = RemoteAction(Op.FLAGS, (refs[1], refs[2]), add=seen)
    assert set(twice(provider, action).done) == {refs[1], refs[2]}
    flags = owner.get_flags([1, 2, 3])
    assert set(flags[1]) >= {b"\\Seen", b"\\Flagged"} and b"\\Seen" not in flags[3]

    twice(provider, RemoteAction(Op.FLAGS, (refs[1],), remove=seen))
    owner.noop()
    assert b"\\Seen" not in owner.get_flags([1])[1]


def test_it_refuses_to_send_what_is_no_flag(box: Box, provider: ImapProvider) -> None:
    box.put(mail(1))
    bad = frozenset({"x)\r\na1 DELETE INBOX"})
    with pytest.raises(errors.Permanent):
        provider.apply(RemoteAction(Op.FLAGS, (listed(provider)[1],), add=bad))


def test_it_moves_messages_and_says_where_they_are(box: Box, provider: ImapProvider) -> None:
    box.put(*(mail(n) for n in range(1, 5)))
    refs = listed(provider)

    result = twice(provider, RemoteAction(Op.MOVE, (refs[2], refs[4]), to="Archive"))

    assert set(listed(provider)) == {1, 3}
    archived = listed(provider, "Archive")
    assert len(archived) == 2
    assert {result.moved[refs[2]], result.moved[refs[4]]} == set(archived.values())
    (found,) = provider.fetch([result.moved[refs[4]]], PLENTY)
    assert isinstance(found, Fetched) and found.raw == mail(4)


def test_f69_it_does_not_copy_again_what_an_attempt_that_broke_off_had_copied(
    box: Box, provider: ImapProvider
) -> None:
    box.put(mail(1), mail(2))
    refs = listed(provider)
    owner = box.client()
    owner.select_folder("INBOX")
    if provider.caps.move:
        owner.move([1], "Archive")
    else:
        owner.copy([1], "Archive")
    provider.apply(RemoteAction(Op.MOVE, (refs[1],), to="Archive"))
    assert len(listed(provider, "Archive")) == 1 and set(listed(provider)) == {2}


def test_f69_it_deletes_its_own_and_never_what_others_marked(
    box: Box, provider: ImapProvider
) -> None:
    box.put(*(mail(n) for n in range(1, 4)))
    refs = listed(provider)
    owner = box.client()
    owner.select_folder("INBOX")
    owner.delete_messages([3])

    twice(provider, RemoteAction(Op.DELETE, (refs[1],)))

    assert set(listed(provider)) == {2}
    owner.noop()
    assert 3 in owner.search()  # still there, with the mark its owner gave it


def test_f67_it_reports_what_is_gone(box: Box, provider: ImapProvider) -> None:
    box.put(mail(1), mail(2))
    refs = listed(provider)
    missing = RemoteRef("INBOX", refs[1].generation, 77)
    add = frozenset({"\\Seen"})
    result = provider.apply(RemoteAction(Op.FLAGS, (refs[1], missing), add=add))
    assert result.done == (refs[1],) and result.gone == (missing,)
    with pytest.raises(errors.CursorExpired):
        provider.apply(RemoteAction(Op.FLAGS, (RemoteRef("INBOX", 5, 1),), add=add))
    with pytest.raises(errors.RemoteGone) as caught:
        provider.apply(RemoteAction(Op.MOVE, (refs[1],), to="Nowhere"))
    assert caught.value.scope == "Nowhere"


def test_f60_it_files_the_sent_copy_and_finds_it_again(box: Box, provider: ImapProvider) -> None:
    ours = "<2.question@customer.test>"
    probe = SentProbe(ours, ("Nowhere", "Sent"), since=date(2026, 11, 1))
    assert provider.find_sent(probe) is None

    raw = mail(2).replace(b"\r\n", b"\n")
    placed = provider.append("Sent", raw, frozenset({"\\Seen"}), AT)
    provider.append("Sent", mail(3), frozenset({"\\Seen"}), AT)

    found = provider.find_sent(probe)
    assert found and found.folder == "Sent"
    assert placed in (None, found) and (placed or not provider.caps.uidplus)
    (copy,) = provider.fetch([found], PLENTY)
    assert isinstance(copy, Fetched)
    assert copy.raw == mail(2) and copy.flags == {"\\Seen"} and copy.internal_date == AT
    assert provider.find_sent(SentProbe("<4.question@customer.test>", ("Sent",))) is None


def test_it_can_file_into_folders_of_any_name(box: Box, provider: ImapProvider) -> None:
    client = box.client()
    names = ["Angebote & Co", "Клиенты", 'a "quoted" \\ name', " padded ", "日本語"]
    for name in names:
        client.create_folder(name)
    by_display = {folder.display: folder for folder in provider.folders()}
    for name in names:
        folder = by_display[name]
        provider.append(folder.name, mail(1), frozenset(), AT)
        assert client.folder_status(name, ["MESSAGES"])[b"MESSAGES"] == 1
        assert folder.name in provider.poll({folder.name: None}).moved


def test_it_says_that_a_folder_is_missing(provider: ImapProvider) -> None:
    with pytest.raises(errors.RemoteGone):
        provider.append("Nowhere", mail(1), frozenset(), AT)
    # The refusal came in the middle of the command; the connection goes on.
    assert provider.folders()
