"""Fio's own processes: what each is called and how it is started."""

import signal
import sys
from collections.abc import Mapping
from pathlib import Path

from crm.config.embedded.folders import Folders
from crm.config.embedded.process import Plan

CHECKOUT = Path(__file__).resolve().parents[3]
QUEUES = ("mail.out", "mail.in.hot", "mail.in", "mail.backfill", "mail.maint", "default")
WORKER_THREADS = 8


def mailserver(folders: Folders, env: Mapping[str, str]) -> Plan:
    """The demo's IMAP and SMTP server with its customers."""
    argv = ("-m", "crm.config.demo.mailserver", str(folders.data / "demo-mail"))
    return _plan("mail server", argv, folders, env)


def preparation(folders: Folders, env: Mapping[str, str], *, demo: bool) -> Plan:
    """Roles, migrations and the demo's workspaces; it ends by itself."""
    argv = ("-m", "crm.config.prepare", *(("--demo",) if demo else ()))
    return _plan("preparation", argv, folders, env)


def web(folders: Folders, env: Mapping[str, str], sockets: list[int]) -> Plan:
    """Pages, API and events in one process, on sockets that are bound already."""
    argv = ("-m", "crm.config.web", *(str(number) for number in sockets))
    return _plan("web", argv, folders, env, pass_fds=tuple(sockets))


def worker(folders: Folders, env: Mapping[str, str]) -> Plan:
    """One Celery worker for every lane; production gives each lane its own."""
    argv = (
        *("-m", "celery", "-A", "crm.config.celery", "worker", "--pool", "threads"),
        *("--concurrency", str(WORKER_THREADS), "--queues", ",".join(QUEUES)),
        *("--without-gossip", "--without-mingle", "--loglevel", "INFO"),
    )
    return _plan("worker", argv, folders, env)


def scheduler(folders: Folders, env: Mapping[str, str]) -> Plan:
    """Claims what is due and rings for it."""
    return _plan("scheduler", ("manage.py", "scheduler"), folders, env)


def listener(folders: Folders, env: Mapping[str, str]) -> Plan:
    """Holds IMAP IDLE connections and makes mailboxes due."""
    return _plan("listener", ("manage.py", "listener"), folders, env)


def _plan(
    name: str,
    argv: tuple[str, ...],
    folders: Folders,
    env: Mapping[str, str],
    pass_fds: tuple[int, ...] = (),
) -> Plan:
    return Plan(
        name=name,
        argv=(sys.executable, *argv),
        log=folders.log / f"{name.replace(' ', '-')}.log",
        env=env,
        cwd=CHECKOUT,
        # Without us their database and broker end too, and every step of theirs is kill-safe.
        parent_death=signal.SIGKILL,
        pass_fds=pass_fds,
    )
