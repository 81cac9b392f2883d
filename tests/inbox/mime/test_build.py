"""Mail that leaves, read back by our parser and by the standard library's."""

import dataclasses
import email
from datetime import UTC, datetime
from email import policy

import pytest

from inbox.mime import build, outgoing, parse
from inbox.mime.parsed import Address

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
PLAIN = build.Outline(
    sender=Address("Álice, Acme", "alice@acme.test"),
    message_id="one@acme.test",
    date=NOW,
    to=[Address("Jörg", "joerg@münchen.test")],
    bcc=[Address("", "boss@acme.test")],
    subject="Olá, " + "ação " * 30,
    text="Bom dia.\nFrom the start.\n.dot",
)


def test_it_builds_plain_text() -> None:
    raw = build.build(PLAIN)
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")
    parsed = parse.parse(raw)
    assert parsed.sender == PLAIN.sender
    assert parsed.to == (Address("Jörg", "joerg@xn--mnchen-3ya.test"),)
    assert (parsed.bcc, parsed.date, parsed.message_id) == ((), NOW, "one@acme.test")
    assert parsed.subject == PLAIN.subject.strip()
    assert parsed.text.strip() == PLAIN.text
    assert parse.parse(build.build(PLAIN, with_bcc=True)).bcc[0].address == "boss@acme.test"


def test_it_builds_html_with_images_attachments_and_the_quoted_mail() -> None:
    outline = dataclasses.replace(
        PLAIN,
        text="",
        html='<p onclick="x()">Segue.<img src="cid:logo@acme.test"></p><script>1</script>',
        in_reply_to="p" * 120 + "@x.test",
        references=("a@x.test", "p" * 120 + "@x.test"),
        attachments=[
            build.Attachment("logo.png", "image/png", b"\x89PNG", "logo@acme.test"),
            build.Attachment("relatório.pdf", "application/pdf", b"%PDF"),
            build.Attachment("old.eml", "message/rfc822", b"Subject: x\n\nbody"),
        ],
        quote=build.Quote(
            "On Monday, Carla wrote:",
            "Old\n> older",
            '<style>p{color:red;}</style><p>Old<img data-src="https://t.test/x.png"></p>',
        ),
    )
    raw = build.build(outline)
    parsed = parse.parse(raw)
    assert parsed.in_reply_to == (outline.in_reply_to,)
    assert parsed.references == outline.references
    assert "On Monday, Carla wrote:\n> Old\n>> older" in parsed.text
    assert parsed.reply_text == "Segue."
    assert "script" not in parsed.html
    assert "color:red" not in parsed.html
    assert 'src="https://t.test/x.png"' in parsed.html
    assert [(part.filename, part.cid, part.inline) for part in parsed.attachments] == [
        ("logo.png", "logo@acme.test", True),
        ("relatório.pdf", "", False),
        ("old.eml", "", False),
    ]
    assert parse.part_bytes(raw, parsed.attachments[2].number) == b"Subject: x\n\nbody"
    message = email.message_from_bytes(raw, policy=policy.default)
    assert message["subject"] == outline.subject.strip()
    assert [part.get_content_type() for part in message.walk()][:4] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
    ]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"subject": "a\r\nBcc: x@y.test"}, "subject"),
        ({"subject": "a\u2028b"}, "subject"),
        ({"sender": Address("a\nb", "a@b.test")}, "from"),
        ({"to": [Address("", "a@b.test\r\nX: y")]}, "to"),
        ({"to": [Address("", "a@b.test, c@d.test")]}, "to"),
        ({"cc": [Address("", "nobody")]}, "cc"),
        ({"bcc": [Address("", "ü@b.test")]}, "bcc"),
        ({"message_id": "a b@c"}, "message-id"),
        ({"in_reply_to": "a@b>\r\nX: <y"}, "in-reply-to"),
        ({"references": ["a\n@b"]}, "references"),
        ({"headers": [("X-A", "b\nc")]}, "X-A"),
        ({"headers": [("Subject", "twice")]}, "Subject"),
        ({"headers": [("X A", "b")]}, "X A"),
        ({"date": datetime(2026, 1, 1)}, "date"),  # noqa: DTZ001
        ({"attachments": [build.Attachment("a\nb", "text/plain", b"")]}, "attachment"),
    ],
)
def test_it_refuses_what_would_write_other_headers(change: dict[str, object], field: str) -> None:
    with pytest.raises(build.BadField) as caught:
        build.build(dataclasses.replace(PLAIN, **change))  # type: ignore[arg-type]
    assert caught.value.field == field


def test_it_makes_ids_that_sort_by_time_and_never_repeat() -> None:
    made = [outgoing.message_id("acme.test", at=NOW) for _ in range(100)]
    later = outgoing.message_id("acme.test", at=NOW.replace(year=2027))
    assert len(set(made)) == 100
    assert max(made)[:12] < later[:12]
    assert made[0][12] == "7"
    assert outgoing.message_id("bad domain\r\n", at=NOW).endswith("@localhost")


def test_it_continues_the_chain_of_references() -> None:
    assert outgoing.references("c@x", ["a@x", "b@x"]) == ("a@x", "b@x", "c@x")
    assert outgoing.references("", []) == ()
    long = outgoing.references("z@x", [f"{n}@x" for n in range(500)])
    assert (len(long), long[0], long[-1]) == (100, "0@x", "z@x")


def test_it_says_re_and_fwd_once() -> None:
    assert outgoing.reply_subject("Offer") == "Re: Offer"
    assert outgoing.reply_subject("RES: Oferta") == "RES: Oferta"
    assert outgoing.forward_subject("Offer") == "Fwd: Offer"
    assert outgoing.forward_subject("ENC: Oferta") == "ENC: Oferta"


def test_it_forwards_without_marks() -> None:
    quote = build.Quote("---------- Forwarded message ---------", "Old", forwarded=True)
    parsed = parse.parse(build.build(dataclasses.replace(PLAIN, html="<p>Fyi</p>", quote=quote)))
    assert "\n\nOld" in parsed.text
    assert parsed.reply_text == PLAIN.text
