"""Parsing that survives any mail: workers that die, hang or grow are replaced."""

import io
import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from inbox.mime import bounded, parse, worker
from inbox.mime.worker import Job


def mail(number: int) -> bytes:
    return b"Message-ID: <%d@x.test>\nSubject: %d\n\nHello" % (number, number)


@pytest.fixture
def pool() -> Iterator[bounded.Pool]:
    made = bounded.Pool(1, seconds=2.0)
    yield made
    made.close()


class Guilty:
    """Sends the worker's process a signal as soon as one particular mail is handed to it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, number: int, how: signal.Signals) -> None:
        self.process = 0
        answers, pieces = worker.Worker._answers, worker._pieces

        def watched(ours: worker.Worker, jobs: list[Job], seconds: float) -> Iterator[parse.Parsed]:
            self.process = ours.process.pid
            yield from answers(ours, jobs, seconds)

        def handed(jobs: list[Job]) -> Iterator[bytes]:
            for job in jobs:
                if job[0] == mail(number):
                    os.kill(self.process, how)
                yield from pieces([job])

        monkeypatch.setattr(worker.Worker, "_answers", watched)
        monkeypatch.setattr(worker, "_pieces", handed)


def test_it_gives_what_parsing_gives(pool: bounded.Pool) -> None:
    raws = [mail(number) for number in range(500)]
    assert pool.parse(raws) == [parse.parse(raw) for raw in raws]
    assert pool.parse([]) == []
    assert pool.parse([b""]) == [parse.parse(b"")]


def test_it_hands_over_when_a_mail_was_received(pool: bounded.Pool) -> None:
    raw = b"Date: Mon, 1 Jan 1990 00:00:00 +0000\n\nx"
    early, late = datetime(1990, 1, 2, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
    first, second = pool.parse([raw, raw], [early, late])
    assert (first.date, second.date) == (datetime(1990, 1, 1, tzinfo=UTC), None)


def test_f38_it_loses_only_the_mail_that_kills(
    pool: bounded.Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool.parse([mail(0)])
    Guilty(monkeypatch, 7, signal.SIGKILL)
    found = pool.parse([mail(number) for number in range(12)])
    assert [each.subject for each in found] == [str(number) for number in range(12)]
    assert [each.quality for each in found].count("raw_only") == 1
    assert found[7].defects == ("bounds: its worker died",)


def test_it_gives_up_on_a_mail_that_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = bounded.Pool(1, seconds=1.0)
    pool.parse([mail(0)])
    Guilty(monkeypatch, 1, signal.SIGSTOP)
    found = pool.parse([mail(1), mail(2)])
    pool.close()
    assert [each.quality for each in found] == ["raw_only", "full"]
    assert found[0].defects == ("bounds: took longer than 1 s",)


def test_it_does_not_open_a_mail_beyond_the_limit(
    pool: bounded.Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded, "RAW_LIMIT", 1_000)
    large = mail(1) + b"x" * 2_000
    found = pool.parse([mail(0), large, mail(2)])
    assert [each.quality for each in found] == ["full", "partial", "full"]
    assert found[1].message_id == "1@x.test"


def test_it_bounds_a_workers_memory() -> None:
    code = "from inbox.mime import worker; worker.confine(); bytearray(900 * 2**20)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=worker.ROOT, capture_output=True, check=False
    )
    assert b"MemoryError" in done.stderr


def test_f88_it_replaces_a_worker_that_has_served_enough() -> None:
    pool = bounded.Pool(1, served=3)
    for number in range(10):
        assert pool.parse([mail(number)])[0].quality == "full"
    pool.close()


def test_it_serves_many_threads(pool: bounded.Pool) -> None:
    answers: dict[int, list[str]] = {}

    def ask(number: int) -> None:
        answers[number] = [each.subject for each in pool.parse([mail(number)] * 50)]

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert answers == {number: [str(number)] * 50 for number in range(8)}


def test_it_ends_its_workers_with_itself() -> None:
    code = (
        "import time\nfrom inbox.mime import worker\nours = worker.Worker()\n"
        "ours.run([(b'A: b', None)], 5)\nprint(ours.process.pid, flush=True)\ntime.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=worker.ROOT, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        child = os.pidfd_open(int(parent.stdout.readline()))
        parent.kill()
        ended, _, _ = select.select([child], [], [], 10)
        os.close(child)
    assert ended


def test_it_refuses_an_answer_that_names_other_code() -> None:
    with pytest.raises(Exception, match=r"posix.system|os.system"):
        worker._Facts(io.BytesIO(b"cos\nsystem\n(S'true'\ntR.")).load()


def test_it_needs_no_django() -> None:
    code = (
        "import sys, pkgutil, importlib, inbox.mime as m\n"
        "for each in pkgutil.iter_modules(m.__path__, 'inbox.mime.'):\n"
        "    importlib.import_module(each.name)\n"
        "assert not [n for n in sys.modules if n.split('.')[0] in ('django', 'crm')]"
    )
    subprocess.run([sys.executable, "-c", code], cwd=worker.ROOT, check=True, env=dict(os.environ))
    assert Path(worker.ROOT, "inbox", "mime").is_dir()
