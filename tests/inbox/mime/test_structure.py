"""Our slices of a mail against two parsers written by others."""

import email
import random
from email.message import Message

import fast_mail_parser
import pytest

from inbox.mime import tree
from inbox.mime.tree import Node

KINDS = ("text/plain", "text/html", "application/pdf", "image/png")


def made(seed: int) -> bytes:
    """Return a mail of nested parts in one of the two line-end forms."""
    chance = random.Random(seed)
    end = chance.choice([b"\r\n", b"\n"])
    head = b"From: a@b.test\nSubject: x\nMIME-Version: 1.0\n"
    return (head + part(chance, 0)).replace(b"\n", end)


def part(chance: random.Random, depth: int) -> bytes:
    if depth < 4 and chance.random() < 0.6:
        boundary = b"=_%d.%d" % (depth, chance.randrange(10**6))
        children = [part(chance, depth + 1) for _ in range(chance.randint(1, 4))]
        body = b"".join(b"--" + boundary + b"\n" + child + b"\n" for child in children)
        kind = chance.choice([b"mixed", b"alternative", b"related"])
        return (
            b'Content-Type: multipart/%s;\n boundary="%s"\n\nPreamble\n' % (kind, boundary)
            + body
            + b"--%s--\nEpilogue\n" % boundary
        )
    kind = chance.choice(KINDS).encode()
    if chance.random() < 0.5:
        return b"Content-Type: %s\nContent-Transfer-Encoding: base64\n\naGVsbG8=\n" % kind
    return b"Content-Type: %s\nContent-Transfer-Encoding: quoted-printable\n\nh=E9=\nllo\n" % kind


def ours(node: Node) -> list[tuple[str, bytes]]:
    return [(leaf.content_type, clean(leaf.content()[0])) for leaf in node.leaves()]


def standard(message: Message) -> list[tuple[str, bytes]]:
    return [
        (each.get_content_type(), clean(bytes(each.get_payload(decode=True) or b"")))
        for each in message.walk()
        if not each.is_multipart()
    ]


def clean(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n").strip()


@pytest.mark.parametrize("seed", range(60))
def test_it_finds_the_parts_other_parsers_find(seed: int) -> None:
    raw = made(seed)
    found = ours(tree.read(raw))
    assert found == standard(email.message_from_bytes(raw))
    fast = fast_mail_parser.parse_email_tree(raw)
    leaves = [each for each in fast_mail_parser.walk(fast) if each.content is not None]
    assert found == [(each.content_type, clean(each.content or b"")) for each in leaves]


def test_it_numbers_parts_as_imap_does() -> None:
    raw = (
        b"Content-Type: multipart/mixed; boundary=a\n\n--a\n"
        b"Content-Type: multipart/alternative; boundary=ab\n\n--ab\n\none\n--ab\n\ntwo\n--ab--\n"
        b"--a\n\nthree\n--a--\n"
    )
    assert [leaf.number for leaf in tree.read(raw).leaves()] == ["1.1", "1.2", "2"]
    assert [leaf.number for leaf in tree.read(b"A: b\n\nx").leaves()] == ["1"]


def test_it_does_without_the_last_boundary_and_with_one_split_in_sections() -> None:
    raw = (
        b"Content-Type: multipart/mixed;\n boundary*0=ab; boundary*1=c\n\n"
        b"--abc\n\none\n--abc\n\ntwo"
    )
    assert [leaf.content()[0] for leaf in tree.read(raw).leaves()] == [b"one", b"two"]


def test_it_shows_a_multipart_without_parts_as_text() -> None:
    (leaf,) = tree.read(b"Content-Type: multipart/mixed; boundary=x\n\nonly words").leaves()
    assert leaf.content()[0] == b"only words"
