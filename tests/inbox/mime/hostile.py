"""Mails written to exhaust whoever reads them, a function each."""

import base64
import struct
from collections.abc import Callable

MB = 1024 * 1024
HEAD = (
    b"From: Carla <carla@customer.test>\nTo: alice@acme.test\nSubject: Hostile\n"
    b"Date: Mon, 6 Jul 2020 10:00:00 +0000\nMessage-ID: <hostile@customer.test>\n"
    b"MIME-Version: 1.0\n"
)


def _plain(body: bytes, *headers: bytes) -> bytes:
    return HEAD + b"".join(line + b"\n" for line in headers) + b"\n" + body


def _html(body: bytes, charset: bytes = b"utf-8") -> bytes:
    return _plain(body, b"Content-Type: text/html; charset=" + charset)


def _file(kind: bytes, name: bytes, data: bytes) -> bytes:
    head = b'Content-Type: %b; name="%b"\nContent-Transfer-Encoding: base64\n\n' % (kind, name)
    return HEAD + head + base64.encodebytes(data)


def deep_multiparts() -> bytes:
    parts = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(20_000)
    )
    return HEAD + parts + b"\nHello from the depth\n"


def many_parts() -> bytes:
    parts = b"--b\nContent-Type: text/plain\n\nHello\n" * 100_000
    return _plain(parts + b"--b--\n", b"Content-Type: multipart/mixed; boundary=b")


def many_files() -> bytes:
    part = b"--b\nContent-Type: application/pdf; name=a.pdf\n\nx\n"
    return _plain(part * 100_000 + b"--b--\n", b"Content-Type: multipart/mixed; boundary=b")


def many_headers() -> bytes:
    return HEAD + b"".join(b"X-%d: y\n" % n for n in range(500_000)) + b"\nHello\n"


def long_header() -> bytes:
    return HEAD + b"X-Long: " + b"y" * (20 * MB) + b"\n\nHello\n"


def folded_header() -> bytes:
    return HEAD + b"References:" + b"\n <a@b.test>" * 1_000_000 + b"\n\nHello\n"


def parameters() -> bytes:
    return _plain(b"Hello", b"Content-Type: text/plain" + b' ; a="b' * 500_000)


def continued_parameters() -> bytes:
    names = b"".join(b"; name*%d*=utf-8''%%41" % n for n in range(100_000))
    return _plain(b"Hello", b"Content-Type: application/pdf" + names)


def recipients() -> bytes:
    people = b", ".join(b'"P, %d" <p%d@x.test>' % (n, n) for n in range(200_000))
    return _plain(b"Hello", b"Cc: " + people)


def open_comments() -> bytes:
    return _plain(b"Hello", b"Cc: " + b"(" * 1_000_000, b"Reply-To: " + b"<" * 1_000_000)


def encoded_words() -> bytes:
    return _plain(b"Hello", b"Comments: x", b"Subject: " + b"=?utf-8?q?=41?= " * 300_000)


def charsets() -> bytes:
    words = b" ".join(
        b"=?%b?b?%b?=" % (name, b"G" * 60)
        for name in (b"utf-7", b"iso-2022-jp", b"hz-gb-2312", b"utf-16", b"punycode", b"idna") * 500
    )
    body = b"\x1b$B" + b"!!" * (5 * MB)
    return _plain(body, b"X: " + words, b"Content-Type: text/plain; charset=iso-2022-jp-ext")


def utf_7() -> bytes:
    return _plain(b"+AAAA-" * (2 * MB), b"Content-Type: text/plain; charset=utf-7")


def base64_noise() -> bytes:
    return _plain(
        b"!A?=\n" * (4 * MB),
        b"Content-Type: text/plain",
        b"Content-Transfer-Encoding: base64",
    )


def quoted_printable() -> bytes:
    encoding = b"Content-Transfer-Encoding: quoted-printable"
    return _plain(b"=\n" * (8 * MB), b"Content-Type: text/html", encoding)


def uuencoded() -> bytes:
    return _plain(b"begin 644 a\nM" * 500_000 + b"\nend\n")


def html_nodes() -> bytes:
    return _html(b"<b>a</b>" * 1_000_000)


def html_depth() -> bytes:
    return _html(b"<div>" * 1_000_000 + b"Hello")


def html_tables() -> bytes:
    return _html(b"<table><tr><td>" * 200_000 + b"Hello")


def html_formatting() -> bytes:
    return _html(b"".join(b"<font size=%d><p>" % (n % 7) for n in range(60_000)) + b"Hello")


def html_attributes() -> bytes:
    return _html(b"<p " + b"".join(b"a%d=b " % n for n in range(150_000)) + b">Hello</p>")


def html_entities() -> bytes:
    return _html(b"&CounterClockwiseContourIntegral" * 300_000)


def html_comments() -> bytes:
    return _html(b"<!--" * 2_000_000 + b"Hello")


def html_open_tags() -> bytes:
    return _html(b"<a <b <c" * 500_000 + b"<p>Hello")


def html_pictures() -> bytes:
    return _html(b'<img src="https://a.test/x.png">' * 200_000)


def html_links() -> bytes:
    return _plain(b"https://a.test/(((((" * 200_000)


def quoted_html() -> bytes:
    return _html(b"<p>Hello</p>" + b"<blockquote type=cite>From: a" * 250 + b"x" * MB)


def style_rules() -> bytes:
    return _html(b"<style>" + b"a{b:c}" * 200_000 + b"</style>Hello")


def style_selectors() -> bytes:
    return _html(b"<style>" + b"a>" * 500_000 + b"{color:red}</style>Hello")


def style_brackets() -> bytes:
    return _html(b"<style>" + b"a{color:" + b"((([[[{{{" * 50_000 + b"</style>Hello")


def style_attributes() -> bytes:
    styles = b"".join(b'<p style="color:rgb((((%d">x' % n for n in range(60_000))
    return _html(styles)


def style_in_attribute() -> bytes:
    return _html(b'<p style="' + b"color:rgb(" * 100_000 + b'">Hello</p>')


def quotes() -> bytes:
    return _plain((b">" * 500 + b"\n") * 20_000)


def attributions() -> bytes:
    return _plain(b"On Monday at 10:00 Carla <c@d.test> wrote\n" * 100_000)


def header_labels() -> bytes:
    return _plain(b"From: a\nTo: b\n" * 200_000)


def notice() -> bytes:
    said = b"The message was not delivered to the recipient a@b.test user unknown " * 50_000
    return (
        b"From: MAILER-DAEMON@mx.test\nTo: alice@acme.test\nSubject: Undeliverable\n"
        b"Return-Path: <>\n\n" + said
    )


def report() -> bytes:
    groups = b"Final-Recipient: rfc822; a@b.test\nAction: failed\nStatus: 5.1.1\n\n" * 100_000
    return _plain(
        b"--b\nContent-Type: message/delivery-status\n\n" + groups + b"--b--\n",
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b",
    )


def nested_forwards() -> bytes:
    """20 MB of letters, each forwarded in place within the next."""
    inner = b"Subject: innermost\n\nHello from within\n" + b"x" * 76 + b"\n"
    for _ in range(300):
        inner = (
            b"Subject: outer\nContent-Type: message/rfc822\nContent-Disposition: inline\n\n" + inner
        )
    fill = b"y" * 76 + b"\n"
    return _plain(
        b"--b\nContent-Type: message/rfc822\nContent-Disposition: inline\n\n"
        + inner
        + fill * (20 * MB // 77)
        + b"\n--b--\n",
        b"Content-Type: multipart/mixed; boundary=b",
    )


def encoded_forwards() -> bytes:
    """Letters forwarded in place, each packed in base64 once more."""
    inner = b"Subject: innermost\n\nHello from within\n" + b"x" * (2 * MB)
    for _ in range(8):
        inner = (
            b"Content-Type: message/rfc822\nContent-Disposition: inline\n"
            b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(inner)
        )
    return HEAD + inner


def forwards_side_by_side() -> bytes:
    letter = b"Content-Type: text/html\n\n" + b"<p>Hello</p>" * 80_000
    part = b"--b\nContent-Type: message/rfc822\nContent-Disposition: inline\n\n" + letter + b"\n"
    return _plain(part * 20 + b"--b--\n", b"Content-Type: multipart/mixed; boundary=b")


def calendar() -> bytes:
    event = b"BEGIN:VEVENT\nUID:a\nRRULE:FREQ=SECONDLY\n" + b"ATTENDEE:mailto:a@b.test\n" * 1_000
    data = b"BEGIN:VCALENDAR\nMETHOD:REQUEST\n" + event * 500
    return _plain(data, b"Content-Type: text/calendar")


def calendar_method() -> bytes:
    return _plain(b"METHOD:" + b"A" * (5 * MB), b"Content-Type: text/calendar; method=" + b"B" * MB)


def _attribute(tag: int, data: bytes) -> bytes:
    return b"\x02" + struct.pack("<II", tag, len(data)) + data + b"\0\0"


def winmail_files() -> bytes:
    rendering = _attribute(0x69002, b"\0" * 14)
    data = rendering + _attribute(0x18010, b"a.txt\0") + _attribute(0x6800F, b"x" * 10)
    return _file(b"application/ms-tnef", b"winmail.dat", b"\x78\x9f\x3e\x22\1\0" + data * 3_000)


def winmail_properties() -> bytes:
    value = struct.pack("<HHII", 0x1E, 0x3704, 1, 4) + b"abc\0"
    properties = struct.pack("<I", 9_999) + value * 9_999
    rendering = _attribute(0x69002, b"\0" * 14) + _attribute(0x69005, properties)
    return _file(b"application/ms-tnef", b"winmail.dat", b"\x78\x9f\x3e\x22\1\0" + rendering * 100)


def winmail_nested() -> bytes:
    inner = b"\x78\x9f\x3e\x22\1\0" + _attribute(0x69002, b"\0" * 14)
    for _ in range(60):
        body = b"\0" * 16 + inner
        padded = body + b"\0" * (-len(body) % 4)
        value = struct.pack("<HHII", 0xD, 0x3701, 1, len(body)) + padded
        inner = (
            b"\x78\x9f\x3e\x22\1\0"
            + _attribute(0x69002, b"\0" * 14)
            + _attribute(0x69005, struct.pack("<I", 1) + value) * 3
        )[: 8 * MB]
    return _file(b"application/ms-tnef", b"winmail.dat", inner)


def winmail_many() -> bytes:
    """As many files as are listed, in as many winmail.dat as there may be parts."""
    rendering = _attribute(0x69002, b"\0" * 14)
    data = b"\x78\x9f\x3e\x22\1\0" + (rendering + _attribute(0x6800F, b"x" * 100)) * 200
    head = b"--b\nContent-Type: application/ms-tnef\nContent-Transfer-Encoding: base64\n\n"
    part = head + base64.encodebytes(data)
    return _plain(part * 900 + b"--b--\n", b"Content-Type: multipart/mixed; boundary=b")


def nothing() -> bytes:
    return b"\0" * (10 * MB)


def line_ends() -> bytes:
    return HEAD + b"\n" + b"\r\r\n" * (5 * MB)


MAILS: dict[str, Callable[[], bytes]] = {
    made.__name__: made
    for made in (
        deep_multiparts,
        many_parts,
        many_files,
        many_headers,
        long_header,
        folded_header,
        parameters,
        continued_parameters,
        recipients,
        open_comments,
        encoded_words,
        charsets,
        utf_7,
        base64_noise,
        quoted_printable,
        uuencoded,
        html_nodes,
        html_depth,
        html_tables,
        html_formatting,
        html_attributes,
        html_entities,
        html_comments,
        html_open_tags,
        html_pictures,
        html_links,
        quoted_html,
        style_rules,
        style_selectors,
        style_brackets,
        style_attributes,
        style_in_attribute,
        quotes,
        attributions,
        header_labels,
        notice,
        report,
        nested_forwards,
        encoded_forwards,
        forwards_side_by_side,
        calendar,
        calendar_method,
        winmail_files,
        winmail_properties,
        winmail_nested,
        winmail_many,
        nothing,
        line_ends,
    )
}
