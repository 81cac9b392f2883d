"""PostgreSQL and Valkey for whoever needs them: the supervisor, a command, the tests."""

import contextlib
import fcntl
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from subprocess import Popen
from typing import IO

from crm.config.embedded import folders as places
from crm.config.embedded import postgres, secrets, valkey
from crm.config.embedded.folders import Folders
from crm.config.embedded.refusal import Refusal

START_PATIENCE = 60.0
POLL = 0.02


class Backing:
    """The two servers of one data folder, which we own while we hold its lock.

    `given` are addresses of servers somebody else runs; those are not started here.
    """

    def __init__(
        self, folders: Folders, *, durable: bool = True, given: Mapping[str, str] | None = None
    ) -> None:
        self.folders = folders
        self.durable = durable
        self.given = dict(given or {})
        self.secrets = secrets.keep(folders.data)
        self.cluster = postgres.open_cluster(
            folders, self.secrets["PASSWORD_ADMIN"], durable=durable
        )
        self.postgres: Popen[bytes] | None = None
        self.valkey: Popen[bytes] | None = None

    def start(self, pause: Callable[[float], None] = time.sleep) -> None:
        """Starts both at once and returns when both answer; `pause` may raise to give up."""
        if "FIO_DATABASE_URL" not in self.given:
            self.postgres = postgres.launch(self.cluster)
        if "FIO_REDIS_URL" not in self.given:
            self.valkey = valkey.launch(self.folders, durable=self.durable)
        self.wait(pause)

    def wait(self, pause: Callable[[float], None] = time.sleep) -> None:
        """Returns when both answer; raises Refusal when one has died or takes too long."""
        deadline = time.monotonic() + START_PATIENCE
        while not self._are_ready():
            if time.monotonic() > deadline:
                raise Refusal(
                    f"PostgreSQL and Valkey were not ready after {START_PATIENCE:.0f} seconds.",
                    f"Their logs are in {self.folders.log}.",
                )
            pause(POLL)

    def _are_ready(self) -> bool:
        return (self.valkey is None or valkey.ready(self.folders, self.valkey)) and (
            self.postgres is None or postgres.ready(self.cluster, self.postgres)
        )

    def stop(self) -> None:
        """Stops both, the database last."""
        if self.valkey is not None:
            valkey.stop(self.valkey)
        if self.postgres is not None:
            postgres.stop(self.postgres)

    @property
    def environment(self) -> dict[str, str]:
        """What Fio's settings need to reach these two."""
        keys = self.secrets
        return {
            "FIO_DATA": str(self.folders.data),
            "FIO_DATABASE_URL": self.cluster.url("fio_app", keys["PASSWORD_APP"]),
            "FIO_DATABASE_SYSTEM_URL": self.cluster.url("fio_system", keys["PASSWORD_SYSTEM"]),
            "FIO_DATABASE_OWNER_URL": self.cluster.url("fio_owner", keys["PASSWORD_OWNER"]),
            "FIO_DATABASE_ADMIN_URL": self.cluster.url(
                postgres.SUPERUSER, keys["PASSWORD_ADMIN"], "postgres"
            ),
            "FIO_REDIS_URL": valkey.url(self.folders),
            "FIO_SECRET_KEY": keys["FIO_SECRET_KEY"],
            "FIO_MASTER_KEYS": keys["FIO_MASTER_KEYS"],
        } | self.given


@contextlib.contextmanager
def owned(
    data: Path, *, durable: bool = True, given: Mapping[str, str] | None = None
) -> Iterator[Backing]:
    """The lock on the data folder and its servers, not yet started; stopped at the end."""
    folders = places.prepare(data)
    lock = _flocked(folders.run / "lock", fcntl.LOCK_EX)
    if lock is None:
        raise Refusal(
            f"Fio already runs with the data folder {folders.data}.",
            "Stop it first, or choose another data folder: FIO_DATA=/path make demo",
        )
    with lock:
        listing = folders.run / "services.env"
        listing.unlink(missing_ok=True)
        backing = Backing(folders, durable=durable, given=given)
        try:
            yield backing
        finally:
            listing.unlink(missing_ok=True)
            backing.stop()


@contextlib.contextmanager
def services(data: Path, *, durable: bool = True) -> Iterator[dict[str, str]]:
    """Runs PostgreSQL and Valkey for the block and yields the environment that reaches them.

    `durable=False` is for tests: nothing is synced to disk. Raises Refusal when the data
    folder is in use or a server does not start.
    """
    with owned(data, durable=durable) as backing:
        backing.start()
        announce(backing, {})
        yield backing.environment


def announce(backing: Backing, extra: dict[str, str]) -> dict[str, str]:
    """Writes run/services.env, by which other processes find what runs; returns its content."""
    values = backing.environment | extra
    secrets.write(backing.folders.run / "services.env", values)
    return values


@contextlib.contextmanager
def reached(data: Path) -> Iterator[dict[str, str]]:
    """The environment of this data folder's services, for a management command.

    When Fio runs, its own; when nothing runs, they are started here and stopped at the end of
    the block, after all others who joined meanwhile have finished.
    """
    folders = places.prepare(data)
    deadline = time.monotonic() + START_PATIENCE
    while _is_locked(folders):
        found = secrets.read(folders.run / "services.env")
        if found:
            # Whoever started them waits for this lock before stopping them.
            with _flocked(folders.run / "users", fcntl.LOCK_SH) or contextlib.nullcontext():
                yield found
            return
        if time.monotonic() > deadline:
            raise Refusal(
                f"Fio has been starting for {START_PATIENCE:.0f} seconds in {folders.data}.",
                f"See its logs in {folders.log}.",
            )
        time.sleep(0.1)
    with services(data) as environment:
        yield environment
        _wait_for_users(folders)


def _is_locked(folders: Folders) -> bool:
    lock = _flocked(folders.run / "lock", fcntl.LOCK_EX)
    if lock is None:
        return True
    lock.close()
    return False


def _wait_for_users(folders: Folders) -> None:
    deadline = time.monotonic() + START_PATIENCE
    while time.monotonic() < deadline:
        if alone := _flocked(folders.run / "users", fcntl.LOCK_EX):
            alone.close()
            return
        time.sleep(0.1)


def _flocked(place: Path, kind: int) -> IO[bytes] | None:
    """The file locked, or None; the lock ends with the process, however that one ends."""
    handle = open(place, "ab")  # noqa: SIM115 (held as long as the lock is)
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except OSError:
        handle.close()
        return None
    return handle
