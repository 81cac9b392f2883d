"""Whole mails to facts: ordinary ones first, then what senders really send."""

from datetime import UTC, datetime, timedelta

import pytest

from inbox.mime import parse

ORDINARY = b"""\
From: "Carla Dias" <carla@Customer.Test>\r
To: Alice <alice@acme.test>, bob@acme.test\r
Cc: =?utf-8?q?J=C3=B6rg?= <joerg@acme.test>\r
Subject: =?utf-8?q?Re=3A_Proposta?=\r
Date: Tue, 3 Mar 2026 10:00:00 -0300\r
Message-ID: <two@customer.test>\r
In-Reply-To: <one@acme.test>\r
References: <zero@acme.test> <one@acme.test>\r
MIME-Version: 1.0\r
Content-Type: multipart/mixed; boundary="mix"\r
\r
--mix\r
Content-Type: multipart/alternative; boundary=alt\r
\r
--alt\r
Content-Type: text/plain; charset=utf-8\r
Content-Transfer-Encoding: quoted-printable\r
\r
Est=C3=A1 =C3=B3timo.\r
\r
Em ter., 3 de mar. de 2026 =C3=A0s 09:00, Alice <alice@acme.test> escreveu:\r
> Segue a proposta.\r
--alt\r
Content-Type: text/html; charset=utf-8\r
\r
<p>Ok <img src="cid:logo@x"><img src="https://t.test/p.gif"></p>\r
--alt--\r
--mix\r
Content-Type: application/pdf; name="x.pdf"\r
Content-Disposition: attachment; filename*0*=utf-8''rela%C3%A7; filename*1=ao.pdf\r
Content-Transfer-Encoding: base64\r
\r
JVBERg==\r
--mix--\r
"""


def mail(headers: bytes = b"", body: bytes = b"Hi") -> bytes:
    return b"From: a@b.test\nSubject: Hi\n" + headers + b"\n" + body


def test_it_reads_an_ordinary_answer() -> None:
    parsed = parse.parse(ORDINARY)
    assert parsed.sender == parse.Address("Carla Dias", "carla@customer.test")
    assert [each.name for each in parsed.to + parsed.cc] == ["Alice", "", "Jörg"]
    assert parsed.recipient_count == 3
    assert (parsed.subject, parsed.base_subject, parsed.is_reply) == (
        "Re: Proposta",
        "Proposta",
        True,
    )
    assert parsed.date == datetime(2026, 3, 3, 13, tzinfo=UTC)
    assert parsed.message_id == "two@customer.test"
    assert parsed.in_reply_to == ("one@acme.test",)
    assert parsed.references == ("zero@acme.test", "one@acme.test")
    assert parsed.reply_text == parsed.snippet == "Está ótimo."
    assert parsed.clean_html is not None
    assert 'data-cid="logo@x"' in parsed.clean_html
    assert 'data-src="https://t.test/p.gif"' in parsed.clean_html
    assert (parsed.kind, parsed.quality, parsed.defects) == ("mail", "full", ())


def test_it_gives_back_the_bytes_of_a_part_by_its_number() -> None:
    (part,) = parse.parse(ORDINARY).attachments
    assert (part.number, part.filename, part.size) == ("2", "relaçao.pdf", 4)
    assert parse.part_bytes(ORDINARY, part.number) == b"%PDF"
    assert parse.part_bytes(ORDINARY, "1.1").startswith("Está".encode())
    with pytest.raises(KeyError):
        parse.part_bytes(ORDINARY, "9")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00",
        b"\r",
        b"no headers at all",
        b"From\n",
        b": : :\n\n",
        b"Content-Type: multipart/mixed\n\n--\n",
        b'Content-Type: multipart/mixed; boundary="\n\n--x',
        b"Content-Type: /; charset=\xff\n\n\xff\xfe",
        b"To: unlisted-recipients:; (no To-header on input)\n\nx",
        b"Date: Thu, 99 Foo 12345 99:99:99 +9999999999\n\nx",
        b"Content-Transfer-Encoding: base64\n\n!!!=AA=",
        b"Message-ID: <<<>>>\nReferences: <\n\n",
    ],
)
def test_f31_it_never_raises(raw: bytes) -> None:
    assert parse.parse(raw).quality in ("full", "partial")


def test_it_reads_classic_mac_line_ends() -> None:
    parsed = parse.parse(b"From: a@b.test\rSubject: Old\r\rFirst\rSecond")
    assert (parsed.subject, parsed.text) == ("Old", "First\nSecond")


def test_it_skips_an_envelope_line_and_junk_among_headers() -> None:
    raw = b"From x@y Mon Jan  1 00:00:00 2024\nSubject: One\nthis is no header\nTo: a@b.test\n\nHi"
    parsed = parse.parse(raw)
    assert (parsed.subject, parsed.to[0].address, parsed.text) == ("One", "a@b.test", "Hi")


def test_it_keeps_text_when_the_empty_line_is_missing() -> None:
    assert parse.parse(b"Subject: One\nHello there, no gap").text == "Hello there, no gap"


def test_f33_it_leaves_out_what_the_database_refuses() -> None:
    raw = mail(b"X: 1\nContent-Type: text/plain; charset=utf-7\n", b"a\x00b +2AA- c")
    text = parse.parse(raw).text
    assert text.startswith("ab ")
    text.encode()


def test_f44_it_believes_a_date_only_where_it_can_be_true() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    raw = mail(b"Date: Mon, 1 Jan 1990 00:00:00 +0000\n")
    assert parse.parse(raw, received=now).date is None
    assert parse.parse(raw, received=now - timedelta(days=3650)).date is not None
    assert parse.parse(mail(b"Date: Fri, 1 Jan 2100 00:00:00 +0000\n")).date is None
    assert parse.parse(mail()).date is None


def test_f37_it_bounds_depth_and_parts() -> None:
    deep = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(300)
    )
    assert parse.parse(deep + b"\nhi").quality == "partial"
    many = b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\nA: b\n\nx\n" * 5_000
    assert parse.parse(many).defects == ("bounds: parts left unopened",)


def test_f35_it_keeps_500_people_and_counts_all() -> None:
    crowd = b", ".join(b"User %d <user%d@example.test>" % (n, n) for n in range(10_000))
    parsed = parse.parse(b"To: " + crowd + b"\n\nx")
    assert (len(parsed.to), parsed.recipient_count) == (500, 10_000)
    assert parsed.to[499].address == "user499@example.test"


def test_f46_it_bounds_text() -> None:
    assert len(parse.parse(mail(body=b"x" * 2_000_000)).text) == 500_000


def test_f50_it_takes_what_decodes_of_broken_base64() -> None:
    raw = mail(
        b"Content-Type: application/x; name=a\nContent-Transfer-Encoding: base64\n", b"QUJDR"
    )
    assert parse.part_bytes(raw, "1") == b"ABC"


def test_f48_it_reads_html_alone_as_text_with_its_quotes() -> None:
    html = b"<p>Yes</p><p>On 1 May 2026, Alice wrote:</p><blockquote>When?</blockquote>"
    parsed = parse.parse(mail(b"Content-Type: text/html\n", html))
    assert "> When?" in parsed.text
    assert parsed.reply_text == "Yes"


def test_it_cleans_each_html_part_by_itself() -> None:
    raw = mail(
        b"Content-Type: multipart/mixed; boundary=b\n",
        b'--b\nContent-Type: text/html\n\n<img alt="\n--b\nContent-Type: text/plain\n\nsecret\n'
        b'--b\nContent-Type: text/html\n\n"><p>end</p>\n--b--\n',
    )
    assert "secret" in parse.parse(raw).text
    assert 'alt="' not in (parse.parse(raw).clean_html or "").partition("secret")[0]


def test_f48_it_attaches_a_mail_in_a_mail_byte_for_byte() -> None:
    inner = b"Subject: inner\nX:  odd   spacing\n\n\xff\xfe body"
    raw = mail(
        b"Content-Type: multipart/mixed; boundary=b\n",
        b"--b\n\nsee below\n--b\nContent-Type: message/rfc822\n\n" + inner + b"\n--b--\n",
    )
    (part,) = parse.parse(raw).attachments
    assert part.content_type == "message/rfc822"
    assert parse.part_bytes(raw, part.number) == inner


@pytest.mark.parametrize(
    ("headers", "kind", "bulk"),
    [
        (b"Auto-Submitted: auto-replied\n", "auto", False),
        (b"Auto-Submitted: no\n", "mail", False),
        (b"X-Autoreply: yes\n", "auto", False),
        (b"Precedence: auto_reply\n", "auto", False),
        (b"List-Unsubscribe: <mailto:x@y.test>\n", "mail", True),
        (b"Precedence: bulk\n", "mail", True),
        (b"Content-Type: text/calendar; method=request\n", "invite", False),
    ],
)
def test_f42_it_tells_kinds_apart(headers: bytes, kind: str, bulk: bool) -> None:
    parsed = parse.parse(mail(headers))
    assert (parsed.kind, parsed.is_bulk) == (kind, bulk)


def test_f42_it_tells_an_absence_by_its_subject() -> None:
    assert parse.parse(b"Subject: Resposta automatica: oi\n\nx").kind == "mail"
    assert parse.parse("Subject: Resposta automática: oi\n\nx".encode()).kind == "auto"


def test_f40_it_says_what_a_calendar_part_asks() -> None:
    body = b"BEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\nEND:VCALENDAR\r\n"
    assert parse.parse(mail(b"Content-Type: text/calendar\n", body)).invite_method == "CANCEL"


def test_it_reads_headers_of_a_mail_it_does_not_open() -> None:
    parsed = parse.headers_only(ORDINARY, defect="bounds: larger than 50 MiB")
    assert (parsed.quality, parsed.subject, parsed.text) == ("raw_only", "Re: Proposta", "")
