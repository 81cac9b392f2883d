"""Mails written to exhaust their reader: each costs a few seconds at most and is shown in part."""

import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from inbox.mime import bounded, parse
from inbox.mime.worker import ROOM
from tests.inbox.mime import hostile

# Far above what they need, so that a busy machine decides nothing: processor time is limited
SECONDS = 120.0


@pytest.fixture(scope="module")
def pool() -> Iterator[bounded.Pool]:
    made = bounded.Pool(1, seconds=SECONDS)
    yield made
    made.close()


def processes(pool: bounded.Pool) -> int:
    """The process id of the pool's one worker."""
    seat = pool._free.get()
    pool._free.put(seat)
    assert seat is not None
    return seat.process.pid


@pytest.mark.parametrize("name", hostile.MAILS)
def test_it_reads_mail_that_means_to_exhaust_it(pool: bounded.Pool, name: str) -> None:
    pool.parse([b"Subject: before\n\nHello"])
    worker = processes(pool)
    (found,) = pool.parse([hostile.MAILS[name]()])
    assert found.quality != "raw_only", found.defects
    assert processes(pool) == worker, "the worker did not survive"
    if name not in ("nothing", "notice"):
        assert (found.subject or "Hostile", found.message_id) in (
            ("Hostile", "hostile@customer.test"),
            (found.subject, "hostile@customer.test"),
        )
    status = Path(f"/proc/{worker}/status").read_text()
    peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
    assert peak * 1024 < ROOM


def test_it_shows_the_beginning_of_what_is_too_much_as_a_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bounded, "RAW_LIMIT", 1024 * 1024)
    part = b"--b\nContent-Type: application/pdf; name=%d.pdf\n\n" + b"x" * 100_000 + b"\n"
    raw = (
        b"Subject: Large\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nHello\n"
        + b"".join(part % n for n in range(12))
        + b"--b--\n"
    )
    pool = bounded.Pool(1)
    (found,) = pool.parse([raw])
    pool.close()
    assert (found.subject, found.text, found.quality) == ("Large", "Hello", "partial")
    assert [file.filename for file in found.attachments] == ["0.pdf", "1.pdf"]
    assert parse.part_bytes(raw, found.attachments[1].number) == b"x" * 100_000
    assert found.defects == ("bounds: larger than 50 MiB",)


def test_cutting_a_file_out_of_hostile_mail_costs_this_process_little() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF)
    raw = hostile.winmail_many()
    for number in ("1:1", "900:200"):
        assert parse.part_bytes(raw, number) == b"x" * 100
    after = resource.getrusage(resource.RUSAGE_SELF)
    assert after.ru_utime - before.ru_utime < 10
