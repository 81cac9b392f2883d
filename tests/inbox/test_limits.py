"""Mail that goes to the limits of what can be stored: nothing of it stops its neighbours."""

import random

import pytest

from inbox.models import Message
from tests.inbox.post import deliver, mailbox
from tests.world import World

DICE = random.Random(2)
LONG = "".join(chr(DICE.randrange(0x4E00, 0x9FFF)) for _ in range(5_000))
WORDS = "\n".join(
    "".join(chr(DICE.randrange(0x430, 0x44F)) for _ in range(12)) for _ in range(45_000)
)


@pytest.mark.parametrize(
    ("header", "text"),
    [
        (f"Message-ID: <{LONG[:980]}@x.test>", "Hello"),
        ("References: " + " ".join(f"<{LONG[n : n + 900]}@x.test>" for n in range(40)), "Hello"),
        (f"Subject: {LONG}", "Hello"),
        (f"From: {LONG} <a@{LONG}>", "Hello"),
        (f"To: {LONG}@x.test", "Hello"),
        (f'Content-Disposition: attachment; filename="{LONG}"', "Hello"),
        (f"Content-ID: <{LONG}>\nContent-Disposition: attachment", "Hello"),
        ("Content-Type: text\0/plain\0; name=\0; charset=\0", "a\0b"),
        ("Content-Type: text/plain; charset=utf-8", WORDS),
        ("Content-Type: text/plain; charset=utf-8", "x@y." * 100_000),
        ("Content-Type: text/html; charset=utf-8", "<" * 400_000),
    ],
    ids=lambda value: value[:14],
)
def test_f46_it_stores_what_is_as_long_as_it_gets(world: World, header: str, text: str) -> None:
    with world.opened():
        box = mailbox(world.alice, "alice@acme.test")
        deliver(
            box, f"{header}\nDate: 2 Nov 2026 9:00 Z\n\n{text}".encode(), b"From: a@b.test\n\nHi"
        )
        assert Message.objects.count() == 2


def test_it_keeps_many_parties_and_files_of_one_mail(world: World) -> None:
    people = ", ".join(f"p{n}@x.test" for n in range(10_000)).encode()
    part = b"--B\nContent-Type: image/png\nContent-Disposition: attachment\n\nPNG\n"
    raw = b"To: %s\nContent-Type: multipart/mixed; boundary=B\n\n%s" % (people, part * 999)
    with world.opened():
        box = mailbox(world.alice, "alice@acme.test")
        [row] = deliver(box, raw)
        assert (row.recipient_count, row.attachment_count) == (10_000, 999)
        assert row.participants.count() == 500
        assert row.attachments.count() == 999
