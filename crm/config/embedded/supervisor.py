"""Starts everything, says so line by line, watches it, and stops it in order."""

import contextlib
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from subprocess import Popen

from crm.config.demo import accounts
from crm.config.embedded import backing, ports, postgres, process, roster, stamp, valkey
from crm.config.embedded.backing import Backing
from crm.config.embedded.family import Family
from crm.config.embedded.refusal import Refusal
from crm.config.embedded.signals import Signals, Stopped

WEB_PATIENCE = 60.0
PREPARE_PATIENCE = 300.0
POLL = 0.05
# How often the supervisor looks although nothing woke it.
ROUND = 1.0
# Whoever sets one of these has a server or a secret of his own.
GIVEN = (
    *("FIO_DATABASE_URL", "FIO_DATABASE_SYSTEM_URL", "FIO_DATABASE_OWNER_URL"),
    *("FIO_DATABASE_ADMIN_URL", "FIO_REDIS_URL", "FIO_SECRET_KEY", "FIO_MASTER_KEYS"),
)
SIGN_INS = (("alice", "Acme, owner"), ("bob", "Acme"), ("charlie", "Globex, owner"))


class Supervisor:
    """One run of Fio on one data folder and one port."""

    def __init__(self, data: Path, port: int, *, demo: bool, signals: Signals) -> None:
        self.data = data
        self.port = port
        self.demo = demo
        self.signals = signals
        self.family = Family(self.warn)
        self.began = time.monotonic()

    def run(self) -> None:
        """Runs until somebody asks it to stop; raises Refusal when it cannot start."""
        sockets = ports.bind(self.port)
        print(f"Fio starts; its data is in {_short(self.data)}", flush=True)
        try:
            with self._servers() as servers, self._stopping():
                self._start(servers, sockets)
                self._welcome()
                while True:
                    self.signals.pause(ROUND)
                    self.family.look_after()
        except Stopped:
            print("Fio has stopped.", flush=True)

    def warn(self, line: str) -> None:
        """One line about something that went wrong, and where to read more."""
        print(f"  ! {line}. Logs: {_short(self.data / 'log')}", flush=True)

    def _start(self, servers: Backing, sockets: list[socket.socket]) -> None:
        folders = servers.folders
        env = self._environment(servers)
        with self._step("PostgreSQL and Valkey"):
            if self.demo:
                self.family.start(roster.mailserver(folders, env))
            servers.start(self.signals.pause)
            self._adopt(servers)
            backing.announce(servers, {k: v for k, v in env.items() if k.startswith("FIO_")})
        self._prepare(servers, env)
        with self._step("pages"):
            web = self.family.start(
                roster.web(folders, env, [s.fileno() for s in sockets]), patience=5
            )
            self.family.start(roster.worker(folders, env), patience=12)
            self._wait_for_web(web.popen, folders.log / "web.log")
        self.family.start(roster.scheduler(folders, env))
        self.family.start(roster.listener(folders, env))

    def _environment(self, servers: Backing) -> dict[str, str]:
        """What our processes see; what the caller has set wins."""
        env = {
            "PORT": str(self.port),
            "FIO_SITE_URL": f"http://localhost:{self.port}",
            "FIO_CONTENT_URL": f"http://127.0.0.1:{self.port}",
            "FIO_ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]",
            "DJANGO_SETTINGS_MODULE": "crm.config.settings",
            "PYTHONUNBUFFERED": "1",
            **os.environ,
            **servers.environment,
        }
        if self.demo:
            folder = servers.folders.data / "demo-mail"
            folder.mkdir(mode=0o700, exist_ok=True)
            ours = ",".join(f"{accounts.HOST}:{port}" for port in accounts.ports(folder))
            given = os.environ.get("FIO_ALLOW_HOSTS")
            env["FIO_ALLOW_HOSTS"] = f"{given},{ours}" if given else ours
        return env

    def _adopt(self, servers: Backing) -> None:
        """PostgreSQL and Valkey are watched too, and stopped by their owner after the rest."""

        def postgres_again() -> Popen[bytes]:
            servers.postgres = postgres.launch(servers.cluster)
            return servers.postgres

        def valkey_again() -> Popen[bytes]:
            servers.valkey = valkey.launch(servers.folders)
            return servers.valkey

        if servers.postgres is not None:
            self.family.adopt("PostgreSQL", postgres_again, postgres.stop, servers.postgres)
        if servers.valkey is not None:
            self.family.adopt("Valkey", valkey_again, valkey.stop, servers.valkey)

    def _prepare(self, servers: Backing, env: dict[str, str]) -> None:
        """Roles, migrations, demo: skipped when this very code has done it to this folder."""
        done = servers.folders.run / "prepared"
        wanted = stamp.of_code(f"{self.demo} {env.get('FIO_ALLOW_HOSTS')}")
        if done.exists() and done.read_text() == wanted:
            return
        with self._step("database"):
            plan = roster.preparation(servers.folders, env, demo=self.demo)
            child = process.spawn(plan)
            try:
                self._wait_for_end(child)
            except BaseException:
                child.kill()
                child.wait()
                raise
            if child.returncode != 0:
                raise Refusal(
                    "The database could not be prepared. The log ends:\n"
                    + process.last_lines(plan.log),
                    f"All of it: {plan.log}",
                )
            done.write_text(wanted)

    def _wait_for_end(self, child: Popen[bytes]) -> None:
        deadline = time.monotonic() + PREPARE_PATIENCE
        while child.poll() is None:
            if time.monotonic() > deadline:
                raise Refusal(f"Preparing the database took over {PREPARE_PATIENCE:.0f} seconds.")
            self.signals.pause(POLL)

    def _wait_for_web(self, web: Popen[bytes] | None, log: Path) -> None:
        deadline = time.monotonic() + WEB_PATIENCE
        while not ports.answers(self.port):
            if web is None or web.poll() is not None or time.monotonic() > deadline:
                raise Refusal(
                    "The pages did not come up. The log ends:\n" + process.last_lines(log),
                    f"All of it: {log}",
                )
            self.signals.pause(POLL)

    @contextlib.contextmanager
    def _servers(self) -> Iterator[Backing]:
        """Our PostgreSQL and Valkey, not yet started; the first time this creates the cluster."""
        if not (self.data / "postgres").exists():
            print("  creating the database, the first time only", flush=True)
        given = {name: os.environ[name] for name in GIVEN if os.environ.get(name)}
        with backing.owned(self.data, given=given) as servers:
            yield servers

    @contextlib.contextmanager
    def _step(self, name: str) -> Iterator[None]:
        print(f"  starting {name} ...", end="", flush=True)
        before = time.monotonic()
        try:
            yield
        except BaseException:
            print(flush=True)
            raise
        print(f" {time.monotonic() - before:.1f} s", flush=True)

    @contextlib.contextmanager
    def _stopping(self) -> Iterator[None]:
        """Stops the family before its database, whatever ended the block."""
        try:
            yield
        finally:
            print("\nFio stops ...", flush=True)
            self.family.ask_to_stop("listener", "scheduler", "worker", "web")
            self.family.stop()

    def _welcome(self) -> None:
        print(f"\nFio is ready after {time.monotonic() - self.began:.1f} s")
        print(f"\n    http://localhost:{self.port}\n")
        if self.demo:
            for account, role in (
                ("alice", "Acme, owner"),
                ("bob", "Acme"),
                ("charlie", "Globex, owner"),
            ):
                print(f"    {accounts.by_key(account).address:22} {role}")
            print(f"    {'password of all three:':22} {accounts.PASSWORD}\n")
        print("Ctrl-C stops it; the data stays.", flush=True)


def _short(path: Path) -> str:
    """The path as seen from the current folder when it lies in it."""
    with contextlib.suppress(ValueError):
        return f"./{path.relative_to(Path.cwd())}"
    return str(path)
