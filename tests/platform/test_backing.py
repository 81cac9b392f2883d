"""PostgreSQL and Valkey of our own: they start, they end with us, they recover."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import psycopg
import pytest

from crm.config.embedded import backing, folders
from crm.config.embedded.refusal import Refusal

CHECKOUT = Path(__file__).parents[2]


def running_with(word: str) -> list[str]:
    """The command lines of the processes that mention the word."""
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = place.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if word in line and str(os.getpid()) != place.parent.name:
            found.append(line)
    return found


def python(code: str, data: Path) -> subprocess.Popen[str]:
    """Runs code in a process of its own, the data folder as its only argument."""
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), str(data)],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        text=True,
    )


HOLD = """
    import sys, time
    from pathlib import Path
    from crm.config.embedded import backing
    with backing.services(Path(sys.argv[1]), durable=False) as env:
        print(env["FIO_DATABASE_ADMIN_URL"], flush=True)
        time.sleep(600)
"""


def test_it_starts_a_cluster_whose_case_mapping_knows_accents(tmp_path: Path) -> None:
    with (
        backing.services(tmp_path, durable=False) as env,
        psycopg.connect(env["FIO_DATABASE_ADMIN_URL"]) as session,
    ):
        row = session.execute("select 'ÁGUA' ilike 'água', lower('ÇÃO')").fetchone()
    assert row == (True, "ção")
    assert running_with(str(tmp_path)) == []


def test_it_keeps_data_and_secrets_over_a_restart(tmp_path: Path) -> None:
    with (
        backing.services(tmp_path) as first,
        psycopg.connect(first["FIO_DATABASE_ADMIN_URL"]) as session,
    ):
        session.execute("create table kept as select 42 as answer")
    with (
        backing.services(tmp_path) as second,
        psycopg.connect(second["FIO_DATABASE_ADMIN_URL"]) as session,
    ):
        assert session.execute("select answer from kept").fetchone() == (42,)
    assert first == second


def test_it_leaves_nothing_running_when_killed_and_starts_again(tmp_path: Path) -> None:
    holder = python(HOLD, tmp_path)
    assert holder.stdout is not None
    holder.stdout.readline()
    assert running_with(str(tmp_path / "postgres"))
    holder.kill()
    holder.wait()
    deadline = time.monotonic() + 20
    while running_with(str(tmp_path)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert running_with(str(tmp_path)) == []
    with backing.services(tmp_path, durable=False) as env:
        psycopg.connect(env["FIO_DATABASE_ADMIN_URL"]).close()


def test_it_starts_at_once_after_a_killed_server(tmp_path: Path) -> None:
    with backing.owned(tmp_path, durable=False) as first:
        first.start()
        assert first.postgres is not None
        first.postgres.send_signal(signal.SIGKILL)
        first.postgres.wait()
    assert (tmp_path / "postgres" / "postmaster.pid").exists()
    with backing.services(tmp_path, durable=False) as env:
        psycopg.connect(env["FIO_DATABASE_ADMIN_URL"]).close()


def test_it_ignores_a_stale_process_id_that_somebody_else_has_now(tmp_path: Path) -> None:
    with backing.services(tmp_path, durable=False):
        pidfile = tmp_path / "postgres" / "postmaster.pid"
        lines = pidfile.read_text().split("\n")
    pidfile.write_text("\n".join([str(os.getppid()), *lines[1:]]))
    pidfile.chmod(0o644)
    with backing.services(tmp_path, durable=False) as env:
        psycopg.connect(env["FIO_DATABASE_ADMIN_URL"]).close()


def test_it_refuses_a_data_folder_that_is_in_use(tmp_path: Path) -> None:
    with (
        backing.services(tmp_path, durable=False),
        pytest.raises(Refusal, match="already runs"),
        backing.services(tmp_path, durable=False),
    ):
        pass


def test_it_reaches_what_runs_and_leaves_it_running(tmp_path: Path) -> None:
    holder = python(HOLD, tmp_path)
    try:
        assert holder.stdout is not None
        address = holder.stdout.readline().strip()
        with backing.reached(tmp_path) as env:
            assert env["FIO_DATABASE_ADMIN_URL"] == address
        psycopg.connect(address).close()
    finally:
        holder.terminate()
        holder.wait()


def test_it_starts_the_database_for_a_command_when_nothing_runs(tmp_path: Path) -> None:
    with backing.reached(tmp_path) as env:
        psycopg.connect(env["FIO_DATABASE_ADMIN_URL"]).close()
    assert running_with(str(tmp_path)) == []


def test_it_finds_short_sockets_for_long_folders(tmp_path: Path) -> None:
    deep = tmp_path / ("long" * 30)
    longest = folders.Folders(deep).sockets / folders.LONGEST_SOCKET_NAME
    assert len(os.fsencode(longest)) <= folders.SOCKET_PATH_LIMIT
    assert folders.Folders(deep).sockets != folders.Folders(deep / "other").sockets


@pytest.mark.parametrize("name", ["with space", "with,comma", "with%25percent"])
def test_it_lives_in_folders_with_difficult_names(tmp_path: Path, name: str) -> None:
    with backing.services(tmp_path / name, durable=False) as env:
        psycopg.connect(env["FIO_DATABASE_ADMIN_URL"]).close()


def test_it_starts_no_server_that_somebody_else_runs(tmp_path: Path) -> None:
    elsewhere = {"FIO_DATABASE_URL": "postgresql://fio_app:secret@db.example.com/fio"}
    with backing.owned(tmp_path, durable=False, given=elsewhere) as servers:
        servers.start()
        assert servers.environment["FIO_DATABASE_URL"] == elsewhere["FIO_DATABASE_URL"]
        assert servers.postgres is None
        assert servers.valkey is not None
