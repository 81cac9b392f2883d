"""Header values: encoded words, parameters, addresses, ids."""

import pytest

from inbox.mime import addresses, charset, ids, params, words
from inbox.mime.parsed import Address


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"plain", "plain"),
        (b"=?utf-8?q?caf=C3=A9_au_lait?=", "café au lait"),
        (b"=?utf-8?b?Y2Fmw6k=?= =?utf-8?b?IGF1?=", "café au"),
        (b"=?utf-8?q?a=C3?= =?utf-8?q?=A9b?=", "aéb"),
        (b"=?utf-8?b?4pyT4py?= =?utf-8?b?T?=", "✓✓"),
        (b"=?iso-8859-1?q?a=E9?= mid =?koi8-r?b?8NLJ18XU?=", "aé mid Привет"),
        (b"=?utf-8*en?q?hi?=", "hi"),
        (b"=?x-unknown?q?caf=C3=A9?=", "café"),
        (b"=?utf-8?q?two=0Alines=00?=", "two lines"),
        (b"=?utf-8?q?with space?=", "with space"),
        (b"=?utf-8?b?broken", "=?utf-8?b?broken"),
        (b"caf\xc3\xa9", "café"),
        (b"caf\xe9", "café"),
        # Nothing goes on reading backwards in a sentence of ours; what letters need stays
        ("Bank \u202emoc.knab\u2066".encode(), "Bank moc.knab"),
        (b"=?utf-8?q?gnp=E2=80=AE.exe?=", "gnp.exe"),
        ("\u200fשלום\u200f".encode(), "\u200fשלום\u200f"),
    ],
)
def test_f34_it_decodes_encoded_words(raw: bytes, text: str) -> None:
    assert words.decode(raw) == text


def test_it_hears_the_charset_of_the_body_in_bare_headers() -> None:
    assert words.decode("Привет".encode("koi8-r"), "koi8-r") == "Привет"
    assert words.decode("Привет".encode(), "koi8-r") == "Привет"


@pytest.mark.parametrize(
    ("data", "declared", "text"),
    [
        ("Grüße".encode("latin-1"), "iso-8859-1", "Grüße"),
        ("“q”".encode("cp1252"), "iso-8859-1", "“q”"),
        ("日本".encode("iso-2022-jp"), "iso-2022-jp", "日本"),
        ("ราคา".encode("cp874"), "windows-874", "ราคา"),
        ("中文".encode("gbk"), "gb2312", "中文"),
        ("naïve".encode(), "us-ascii", "naïve"),
        (b"ok", "unicode_escape", "ok"),
        ("é".encode() * 40 + b"\xff", "utf-8", "é" * 40 + "\ufffd"),
    ],
)
def test_it_decodes_by_declaration_then_sense(data: bytes, declared: str, text: str) -> None:
    assert charset.decode(data, declared) == text


@pytest.mark.parametrize(
    ("value", "people"),
    [
        (b"a@B.Test", [Address("", "a@b.test")]),
        (b'"Doe, Jane" <jane@b.test>, x@y.test', [Address("Doe, Jane", "jane@b.test")]),
        (b"jane@b.test (Jane)", [Address("Jane", "jane@b.test")]),
        (b"Team: a@b.test, c@d.test;", [Address("", "a@b.test"), Address("", "c@d.test")]),
        (b"undisclosed-recipients:;", []),
        (b"=?utf-8?q?a=2C_evil=40x=2Etest?= <a@b.test>", [Address("a, evil@x.test", "a@b.test")]),
        (b"<@relay.test:a@b.test>", [Address("", "a@b.test")]),
        (b"Jane jane@b.test", [Address("Jane", "jane@b.test")]),
        (b'"unclosed <a@b.test>', [Address("unclosed", "a@b.test")]),
        (b"only a name", [Address("only a name", "")]),
        (b",,;<>", []),
    ],
)
def test_f34_it_splits_addresses_before_decoding(value: bytes, people: list[Address]) -> None:
    found, _ = addresses.read([value], 500)
    assert found[: len(people)] == people
    assert bool(found) == bool(people)


def test_it_reads_parameters_in_all_their_forms() -> None:
    value = (
        b'attachment; filename="a;\\"b.txt"; size=3;; x*=utf-8\'\'%E2%82%AC; y="=?utf-8?q?=C3=A9?="'
    )
    main, found = params.split(value)
    assert (main, params.text(found, "filename")) == ("attachment", 'a;"b.txt')
    assert (params.text(found, "x"), params.text(found, "y")) == ("€", "é")
    assert params.text(found, "none") == ""


def test_it_takes_ids_only_where_ids_are_written() -> None:
    assert ids.one(b" <a@b> ") == "a@b"
    assert ids.one(b"a@b") == "a@b"
    assert ids.many(b"<a@b>\t<c@d> <a@b>") == ("a@b", "c@d")
    assert ids.many(b"bob@x.org's message of Monday") == ()
