"""Mail that keeps to no rule: still read as well as it can be, and always kept."""

import base64
from datetime import UTC, datetime

import pytest

from inbox.mime import dates, ids, parse, transfer
from inbox.mime.tree import NUMBER

HEAD = b"From: a@b.test\r\nSubject: Hi\r\nMessage-ID: <1@b.test>\r\n"
TEXT = b"Content-Type: text/plain; charset=utf-8\r\n\r\nhello text"
HTML = b"Content-Type: text/html; charset=utf-8\r\n\r\n<p>hello <b>html</b></p>"
PDF = (
    b'Content-Type: application/pdf\r\nContent-Disposition: attachment; filename="a.pdf"\r\n'
    b"Content-Transfer-Encoding: base64\r\n\r\nJVBERg=="
)


def multipart(kind: str, *parts: bytes, named: str = "B", used: str = "B") -> bytes:
    head = b'%sContent-Type: multipart/%s; boundary="%s"\r\n\r\n' % (
        HEAD,
        kind.encode(),
        named.encode(),
    )
    line = b"--" + used.encode()
    return head + b"".join(line + b"\r\n" + part + b"\r\n" for part in parts) + line + b"--\r\n"


def test_it_finds_the_parts_when_their_boundary_is_not_the_named_one() -> None:
    found = parse.parse(multipart("mixed", TEXT, PDF, named="other"))
    assert found.text == "hello text"
    assert [part.filename for part in found.attachments] == ["a.pdf"]
    unnamed = multipart("mixed", TEXT, PDF).replace(b'; boundary="B"', b"")
    assert parse.parse(unnamed).text == "hello text"


def test_it_reads_the_plain_text_where_the_parts_were_guessed() -> None:
    found = parse.parse(multipart("alternative", TEXT, HTML, named="other"))
    assert (found.text, found.html, found.clean_html) == ("hello text", "", None)
    alone = parse.parse(multipart("alternative", HTML, named="other"))
    assert "<b>html</b>" in (alone.clean_html or "")


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        (b"Kv5=O", b"*\xfe"),
        (b"!bfo\nN2G\x000==OtQ==", b"m\xfa\r\xd8m"),
        (b"SGVs bG8h-\r\n", b"Hello!"),
        (b"SGVsbG8h\r\n\xffSGk=", b"Hello!Hi"),
    ],
)
def test_it_reads_nothing_behind_a_padding_and_past_what_is_foreign(
    body: bytes, kept: bytes
) -> None:
    assert transfer.base64(body)[0] == kept


def test_it_shows_the_root_of_related_parts_wherever_it_stands() -> None:
    picture = (
        b"Content-Type: image/png\r\nContent-ID: <i>\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\nQUJD"
    )
    root = b"Content-ID: <root>\r\n" + HTML
    raw = multipart("related", picture, root).replace(b'="B"\r\n', b'="B"; start="<root>"\r\n')
    found = parse.parse(raw)
    assert found.html == "<p>hello <b>html</b></p>"
    assert [part.cid for part in found.attachments] == ["i"]


@pytest.mark.parametrize(
    "raw",
    [
        b"just some text\r\nwithout headers",
        b"just some text\nwithout headers",
        b"just some text\rwithout headers",
    ],
)
def test_it_reads_text_without_any_header(raw: bytes) -> None:
    assert parse.parse(raw).text == "just some text\nwithout headers"


def test_it_reads_mail_with_doubled_line_ends() -> None:
    found = parse.parse(multipart("alternative", TEXT, HTML).replace(b"\r\n", b"\r\r\n"))
    assert (found.text, found.subject) == ("hello text", "Hi")
    assert found.html.strip() == "<p>hello <b>html</b></p>"


def test_it_finds_the_body_below_headers_of_many_megabytes() -> None:
    found = parse.parse(HEAD + b"X-A: " + b"a " * 2_000_000 + b"\r\n\r\nbody")
    assert (found.subject, found.text) == ("Hi", "body")


def test_it_numbers_parts_so_that_they_can_be_stored() -> None:
    inner = PDF
    for depth in range(60):
        line = b"b%d" % depth
        head = b'Content-Type: multipart/mixed; boundary="%s"\r\n\r\n--%s\r\n' % (line, line)
        inner = head + inner + b"\r\n--" + line + b"--"
    found = parse.parse(HEAD + inner)
    assert found.quality == "partial"
    assert all(len(part.number) <= 64 for part in found.attachments)
    assert NUMBER + len(".1000:200") <= 64


def test_it_leaves_out_words_that_a_list_put_below_base64() -> None:
    encoded = base64.b64encode("Grüße aus Köln".encode())[:-2]
    data, is_sound = transfer.base64(encoded + b"\r\n\r\n-- \r\nlist footer text")
    assert (data.decode(), is_sound) == ("Grüße aus Köl", False)
    assert transfer.base64(b"QUJD\r\n\r\nREVG") == (b"ABCDEF", True)
    assert transfer.base64(b"QUI=\r\nQ0Q=\r\n") == (b"ABCD", False)
    assert transfer.decode(b"=41", '"quoted-printable"')[0] == b"A"


@pytest.mark.parametrize(
    ("written", "hour"),
    [
        (b"Mon, 2 Feb 2026 10:00:00 +0100", 9),
        (b"Mon, 2 Feb 2026 10:00:00 +01:00", 9),
        (b"Mon, 2 Feb 2026 10:00:00 GMT+0100", 9),
        (b"Mon, 2 Feb 2026 10:00:00.123 +0100 (CET)", 9),
        (b"2 Feb 2026 10:00 -0300", 13),
        (b"2026-02-02T10:00:00Z", 10),
        (b"2026-02-02 10:00:00 +0100", 9),
        (b"2026-02-02 10:00:00", 10),
        (b"Mon, 2 Feb 26 10:00:00 EST", 15),
    ],
)
def test_it_reads_dates_of_all_sorts(written: bytes, hour: int) -> None:
    assert dates.read(written) == datetime(2026, 2, 2, hour, tzinfo=UTC)


def test_it_reads_a_second_that_is_put_in() -> None:
    assert dates.read(b"Mon, 2 Feb 2026 10:00:60 +0000") == datetime(
        2026, 2, 2, 10, 0, 59, tzinfo=UTC
    )
    assert dates.read(b"2026-99-02T10:00:00Z") is None


@pytest.mark.parametrize(
    ("written", "bare", "key"),
    [
        (b'<"A B"@c.test>', '"A B"@c.test', '"AB"@c.test'),
        (b"<a@host (x) by y>", "a@host (x) by y", "a@host(x)byy"),
        (b"<a$<>%@b.test>", "a$<>%@b.test", "a$%@b.test"),
        (b"<a@b.test> (added by hand)", "a@b.test", "a@b.test"),
        (b"<a@b.test><c@d.test>", "a@b.test", "a@b.test"),
    ],
)
def test_it_keeps_an_id_as_written_and_compares_it_without_folds(
    written: bytes, bare: str, key: str
) -> None:
    assert ids.one(written) == bare
    assert ids.key(bare) == key


def test_it_stores_no_control_characters_of_a_type() -> None:
    raw = HEAD + b"Content-Type: application/\0pdf; name=a\0.pdf\r\nContent-ID: <a\0b>\r\n\r\nx"
    (part,) = parse.parse(raw).attachments
    assert (part.content_type, part.filename, part.cid) == ("application/pdf", "a.pdf", "ab")


def test_it_tells_empty_html_from_none() -> None:
    empty = multipart("mixed", TEXT, b"Content-Type: text/html\r\n\r\n")
    assert parse.parse(empty).clean_html == ""
    assert parse.parse(multipart("mixed", TEXT)).clean_html is None


def test_it_shows_a_mail_forwarded_to_be_read_in_place() -> None:
    inner = (
        b"Content-Type: message/rfc822\r\nContent-Disposition: inline\r\n\r\n"
        b"From: Olga <o@x.test>\r\nSubject: inner\r\n" + HTML
    )
    found = parse.parse(multipart("mixed", TEXT, inner))
    assert found.text.split("\n\n") == [
        "hello text",
        "---------- Forwarded message ----------\nFrom: Olga <o@x.test>\nSubject: inner",
        "hello html",
    ]
    assert found.reply_text == "hello text"
    assert "<b>html</b>" in (found.clean_html or "")
    assert [part.content_type for part in found.attachments] == ["message/rfc822"]
    attached = inner.replace(b"inline", b"attachment")
    assert parse.parse(multipart("mixed", TEXT, attached)).text == "hello text"


def test_it_does_not_read_the_returned_mail_of_a_report_in_place() -> None:
    returned = (
        b"Content-Type: message/rfc822\r\nContent-Disposition: inline; filename=r\r\n\r\n"
        b"Subject: inner\r\n" + HTML
    )
    status = (
        b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n"
        b"Final-Recipient: rfc822; c@d.test\r\nAction: failed\r\nStatus: 5.1.1"
    )
    raw = multipart("report", TEXT, status, returned)
    found = parse.parse(raw.replace(b"report;", b"report; report-type=delivery-status;"))
    assert (found.kind, found.text, found.clean_html) == ("bounce", "hello text", None)
    assert found.attachments == ()
