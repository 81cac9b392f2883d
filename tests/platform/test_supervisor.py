"""The whole demo, started as a newcomer starts it, stopped and killed as people do."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
PATIENCE = 180.0
OURS = ("mailserver", "crm.config.web", "celery", "scheduler", "listener")


@dataclass
class Demo:
    """A running supervisor and what it has printed."""

    popen: subprocess.Popen[bytes]
    data: Path
    port: int
    output: Path

    @property
    def said(self) -> str:
        return self.output.read_text()

    def children(self, word: str = "") -> list[int]:
        """The process ids of its children whose command line has the word."""
        return [
            int(place.parent.name)
            for place in Path("/proc").glob("[0-9]*/stat")
            if _parent(place) == self.popen.pid and word in command_of(int(place.parent.name))
        ]

    def get(self, path: str) -> int:
        """The status of a page."""
        with urllib.request.urlopen(f"http://localhost:{self.port}{path}", timeout=20) as answer:
            return int(answer.status)


@contextmanager
def demo(data: Path, port: int, *, through: tuple[str, ...] = ()) -> Iterator[Demo]:
    """The supervisor in a process group of its own, as a terminal would start it."""
    output = data.parent / f"said-{time.monotonic_ns()}"
    env = {k: v for k, v in os.environ.items() if not k.startswith(("FIO_", "DJANGO_"))}
    env |= {"FIO_DATA": str(data), "PORT": str(port), "PYTHONUNBUFFERED": "1"}
    argv = [*through, sys.executable, "-m", "crm.config.embedded", "--demo", "--with-parent"]
    with output.open("wb") as out:
        popen = subprocess.Popen(
            argv, cwd=CHECKOUT, env=env, stdout=out, stderr=out, start_new_session=True
        )
    try:
        yield Demo(popen, data, port, output)
    finally:
        if popen.poll() is None:
            popen.terminate()
            popen.wait(PATIENCE)


def until(condition: Callable[[], object], what: str) -> None:
    """Waits for something to become true."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


def ready(running: Demo) -> None:
    """Waits until it has said that it is, to the last line."""
    until(
        lambda: "Ctrl-C stops it" in running.said or running.popen.poll() is not None, "readiness"
    )
    assert running.popen.poll() is None, running.said


def command_of(pid: int) -> str:
    """The command line of a process, empty when it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def alive_with(word: str) -> list[str]:
    """Command lines, other than of this process, that mention the word."""
    pids = [int(p.name) for p in Path("/proc").glob("[0-9]*") if int(p.name) != os.getpid()]
    return [line for line in map(command_of, pids) if word in line]


def _parent(stat: Path) -> int:
    try:
        return int(stat.read_text().rsplit(")", 1)[1].split()[1])
    except OSError:
        return 0


@pytest.fixture(scope="module")
def port() -> int:
    """A port nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One data folder for the story below; what one test leaves the next finds."""
    return tmp_path_factory.mktemp("demo") / "var"


def test_it_says_at_once_that_the_port_is_taken(data: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        with demo(data, taken) as running:
            assert running.popen.wait(PATIENCE) == 1
            assert f"Port {taken} is taken" in running.said
            assert f"make demo PORT={taken + 1}" in running.said
    assert not data.exists()


def test_it_starts_serves_and_stops_in_order(data: Path, port: int) -> None:
    with demo(data, port) as running:
        ready(running)
        for word in ("alice@acme.test", "bob@acme.test", "charlie@globex.test", f":{port}"):
            assert word in running.said
        assert running.get("/livez") == 200
        until(lambda: _is_ready(running), "a worker")
        pids = {word: running.children(word) for word in OURS}
        assert all(len(found) == 1 for found in pids.values()), pids
        for word, (pid,) in pids.items():
            assert os.getpgid(pid) == os.getpgid(running.popen.pid), word
        for pid in running.children("postgres") + running.children("valkey"):
            assert os.getsid(pid) == pid
        # Ctrl-C reaches the whole group; only the supervisor acts on it.
        os.killpg(running.popen.pid, signal.SIGINT)
        assert running.popen.wait(PATIENCE) == 0
        assert "Fio has stopped." in running.said
        assert "ended" not in running.said
    assert alive_with(str(data)) == []
    log = (data / "log" / "postgres.log").read_text()
    assert "database system is shut down" in log.splitlines()[-1]


def test_it_refuses_a_second_start_on_the_same_data(data: Path, port: int) -> None:
    with demo(data, port) as running:
        ready(running)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            other_port = probe.getsockname()[1]
        with demo(data, other_port) as second:
            assert second.popen.wait(PATIENCE) == 1
            assert "already runs" in second.said


def test_it_starts_again_what_died(data: Path, port: int) -> None:
    with demo(data, port) as running:
        ready(running)
        until(lambda: running.children("listener"), "the listener")
        (old,) = running.children("listener")
        os.kill(old, signal.SIGKILL)
        until(lambda: running.children("listener") not in ([], [old]), "another listener")
        assert "listener ended (signal 9)" in running.said


@pytest.mark.parametrize("server", ["bin/postgres", "valkey-server"])
def test_f89_it_goes_on_when_a_server_beneath_it_was_killed(
    data: Path, port: int, server: str
) -> None:
    with demo(data, port) as running:
        ready(running)
        until(lambda: _is_ready(running), "a worker")
        until(lambda: running.children("listener"), "the listener")
        before = {word: running.children(word) for word in OURS}
        (old,) = running.children(server)
        os.kill(old, signal.SIGKILL)
        until(lambda: running.children(server) not in ([], [old]), f"another {server}")
        until(lambda: _is_ready(running), "everything again")
        assert running.get("/accounts/login/") == 200
        # Whoever uses it has waited for it and lives
        assert {word: running.children(word) for word in OURS} == before


def test_it_leaves_no_orphan_when_killed_and_recovers(data: Path, port: int) -> None:
    with demo(data, port) as running:
        ready(running)
        until(lambda: running.children("listener"), "the listener")
        pids = running.children()
        assert len(pids) >= len(OURS) + 2
        running.popen.kill()
        running.popen.wait()
        until(lambda: not any(map(command_of, pids)), "the end of every child")
    with demo(data, port) as running:
        ready(running)
        assert "starting database" not in running.said
        assert running.get("/livez") == 200


def test_it_ends_when_the_make_that_started_it_is_killed(data: Path, port: int) -> None:
    # A shell that waits, as make does for its recipe.
    with demo(data, port, through=("/bin/sh", "-c", '"$@"; exit 0', "make")) as running:
        ready(running)
        assert running.popen.poll() is None
        running.popen.kill()
        running.popen.wait()
        until(lambda: alive_with(str(data)) == [], "the end of all")
        until(lambda: "Fio has stopped." in running.said, "an orderly end")


def _is_ready(running: Demo) -> bool:
    try:
        return running.get("/readyz") == 200
    except OSError:
        return False


def test_its_start_lines_have_no_traceback(data: Path) -> None:
    for place in data.parent.glob("said-*"):
        assert not re.search("Traceback", place.read_text())
