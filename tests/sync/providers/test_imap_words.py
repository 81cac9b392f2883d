"""The small parts of the protocol, with what real servers have been seen to write."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.providers import errors, imap_names, imap_roles, imap_tokens, texts
from sync.providers import imap_wire as wire
from sync.providers.base import RemoteFolder, Role, Span
from sync.providers.imap_tokens import Literal


@given(st.text(st.characters(exclude_categories=("Cs", "Cc"))))
def test_f20_it_writes_and_reads_folder_names_of_any_script(name: str) -> None:
    wire = imap_names.wire(name)
    assert wire.isascii()
    assert imap_names.display(wire) == name


def test_f20_it_shows_names_that_break_the_rules_as_they_are() -> None:
    assert imap_names.display("Entw&APw-rfe") == "Entwürfe"
    assert imap_names.display("R&D") == "R&D"
    assert imap_names.display("A &- B") == "A & B"
    assert imap_names.display("&Jjo!-") == "&Jjo!-"
    assert imap_names.display("Gelöscht".encode().decode("latin-1")) == "Gelöscht"
    assert imap_names.display("Gel\xf6scht") == "Gelöscht"


def test_it_takes_responses_apart() -> None:
    pieces = [b"(UID 5 FLAGS (\\Seen $x) BODY[] ", b'(")', b' X NIL "a \\"b\\"" [Gmail]/Sent)']
    assert imap_tokens.tokens(pieces) == [
        [b"UID", b"5", b"FLAGS", [b"\\Seen", b"$x"], b"BODY[]", b'(")', b"X", None, b'a "b"',
         b"[Gmail]/Sent"]
    ]  # fmt: skip
    header = imap_tokens.tokens([b"(BODY[HEADER.FIELDS (MESSAGE-ID)] ", b"x", b" UID 1)"])
    assert imap_tokens.pairs(header[0]) == {
        b"BODY[HEADER.FIELDS (MESSAGE-ID)]": b"x",
        b"UID": b"1",
    }
    assert imap_tokens.tokens([b")) (a"]) == [[b"a"]]


@pytest.mark.parametrize("pump", [b"[ ", b'"\\', b'"', b"(", b"[(", b"[x ", b"a[", b"\\"])
def test_it_reads_long_nonsense_in_one_go(pump: bytes) -> None:
    line = pump * (1_000_000 // len(pump))
    assert len(imap_tokens.tokens([line])) <= len(line)
    assert wire.words(b"OK", b"[A " + line).status == b"OK"


def test_it_quotes_what_it_sends() -> None:
    assert imap_tokens.string('a"b\\c') == b'"a\\"b\\\\c"'
    for text in ("a\r\nb", "caf\xe9", "a\0b"):
        assert isinstance(imap_tokens.string(text), Literal)


@given(st.sets(st.integers(1, 300)))
def test_it_folds_numbers_into_sets_and_back(numbers: set[int]) -> None:
    text = imap_tokens.number_set(numbers)
    back = {n for span in imap_tokens.spans(text) for n in range(span.first, span.last + 1)}
    assert back == numbers


@given(st.sets(st.integers(1, 60)), st.integers(1, 30), st.integers(30, 60))
def test_it_names_every_gap_once(numbers: set[int], first: int, last: int) -> None:
    there = {n for n in numbers if first <= n <= last}
    missing = [n for s in imap_tokens.gaps(there, first, last) for n in range(s.first, s.last + 1)]
    assert sorted(missing) == sorted(set(range(first, last + 1)) - there)


def test_it_reads_spans_in_any_order() -> None:
    assert imap_tokens.spans(b"9:7,3,x,1:*") == (Span(1, 1), Span(3, 3), Span(7, 9))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"17-Jul-1996 02:44:25 -0700", datetime(1996, 7, 17, 9, 44, 25, tzinfo=UTC)),
        (b" 2-Nov-2026 10:30:15 +0000", datetime(2026, 11, 2, 10, 30, 15, tzinfo=UTC)),
        (b"2-nov-2026 10:30:15 +0130", datetime(2026, 11, 2, 9, 0, 15, tzinfo=UTC)),
        (b"31-Feb-2026 10:30:15 +0000", None),
        (b"01-Jan-0001 00:00:00 +1400", None),
        (b"yesterday", None),
        (None, None),
    ],
)
def test_it_reads_dates(text: bytes | None, expected: datetime | None) -> None:
    assert imap_tokens.parse_date(text) == expected


def test_it_writes_dates_it_can_read() -> None:
    at = datetime(2026, 11, 2, 10, 30, 15, tzinfo=UTC)
    assert imap_tokens.parse_date(imap_tokens.format_date(at).strip(b'"')) == at


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("INBOX", Role.INBOX),
        ("inbox", Role.INBOX),
        ("INBOX.Sent", Role.SENT),
        ("Itens Enviados", Role.SENT),
        ("Enviados", Role.SENT),
        ("Gesendete Elemente", Role.SENT),
        ("Éléments envoyés", Role.SENT),
        ("ELEMENTS ENVOYES", Role.SENT),
        ("已发送", Role.SENT),
        ("Rascunhos", Role.DRAFTS),
        ("Lixeira", Role.TRASH),
        ("Itens Excluídos", Role.TRASH),
        ("Lixo Eletrônico", Role.SPAM),
        ("Arquivo", Role.ARCHIVE),
        ("[Gmail].Todos os e-mails", Role.ALL),
        ("Papierkorb", Role.TRASH),
        ("Customers.Sent", Role.OTHER),
        ("Presentations", Role.OTHER),
    ],
)
def test_f22_it_knows_folders_by_their_names(name: str, role: Role) -> None:
    assert imap_roles.by_name(name, ".") is role


def test_it_gives_each_role_once_and_trusts_the_server_first() -> None:
    def folder(name: str, role: Role = Role.OTHER) -> RemoteFolder:
        return RemoteFolder(name, name, "/", role)

    given_folders = [folder("Sent"), folder("Gesendet", Role.SENT), folder("Trash"), folder("Bin")]
    roles = {f.name: f.role for f in imap_roles.assign(given_folders)}
    assert roles == {
        "Sent": Role.OTHER,
        "Gesendet": Role.SENT,
        "Trash": Role.TRASH,
        "Bin": Role.OTHER,
    }
    assert imap_roles.by_flags(["\\HasNoChildren", "\\sent"]) is Role.SENT


def test_every_error_has_words_and_a_remedy() -> None:
    for code, text in texts.TEXTS.items():
        error = errors.Permanent(code)
        error.values["limit"] = "2 MB"
        assert error.safe_text and error.remedy and text.what.endswith(".")
        assert "%(" not in error.safe_text


def test_it_keeps_server_words_short_and_harmless() -> None:
    raw = errors.redact(b"bad\r\nline \x1b[31m" + b"x" * 1000)
    assert len(raw) == errors.RAW_LIMIT and "\n" not in raw and "\x1b" not in raw
    assert errors.redact("user alice pw hunter2", ("hunter2",)) == "user alice pw •••"
