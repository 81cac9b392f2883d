"""Starts a program that listens on ports of ours, and makes sure that it is the one who does."""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

PATIENCE = 20.0
_PR_SET_PDEATHSIG = 1
Started = TypeVar("Started")
_libc = ctypes.CDLL(None)


class NotStarted(Exception):
    """The program did not come up; the text says why."""


def program(name: str, package: str) -> str:
    """Where a program is; a machine without it fails, naming the package to install."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if not found:
        raise NotStarted(f"{name} is not installed. Install the package {package}.")
    return found


def free_port() -> int:
    """A port nobody listens on right now; Server.start notices if someone was faster."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def listening(port: int) -> str | None:
    """The inode of the socket that listens on a local port."""
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if fields[3] == "0A" and int(fields[1].split(":")[1], 16) == port:
            return fields[9]
    return None


def family(pid: int) -> set[int]:
    """A process and all that descend from it."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
            except OSError:
                continue
            parents[int(entry.name)] = int(stat.rpartition(")")[2].split()[1])
    found = {pid}
    while grown := {child for child, parent in parents.items() if parent in found} - found:
        found |= grown
    return found


def owns(pid: int, inode: str) -> bool:
    """Whether a process or a descendant holds that socket."""
    for member in family(pid):
        try:
            for handle in Path(f"/proc/{member}/fd").iterdir():
                if os.readlink(handle) == f"socket:[{inode}]":
                    return True
        except OSError:
            continue
    return False


def _die_with_parent() -> None:
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Server:
    """A running program and the ports it owns."""

    process: subprocess.Popen[bytes]
    ports: Sequence[int]
    log: Path

    @classmethod
    def start(
        cls, command: Sequence[str], *, ports: Sequence[int], log: Path, user: str | None = None
    ) -> Server:
        """Run a program in the foreground until each port is held by it and nobody else."""
        account = pwd.getpwnam(user) if user else None
        with log.open("ab") as out:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
                preexec_fn=_die_with_parent,
                user=account.pw_uid if account else None,
                group=account.pw_gid if account else None,
                extra_groups=[] if account else None,
            )
        server = cls(process, ports, log)
        try:
            server._wait()
        except BaseException:
            server.stop()
            raise
        return server

    def _wait(self) -> None:
        until = time.monotonic() + PATIENCE
        for port in self.ports:
            while True:
                inode = listening(port)
                if inode and owns(self.process.pid, inode):
                    break
                if self.process.poll() is not None or time.monotonic() > until:
                    words = self.log.read_text(errors="replace")[-2000:]
                    raise NotStarted(f"{self.process.args!r} does not listen on {port}:\n{words}")
                time.sleep(0.02)

    def stop(self) -> None:
        """End the program and everything it started."""
        members = family(self.process.pid)
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(10)
        # What outlives its parent is found by the session it was started in.
        for pid in members - {self.process.pid}:
            try:
                if os.getsid(pid) == self.process.pid:
                    os.kill(pid, signal.SIGKILL)
            except OSError:
                continue


def on_free_ports(count: int, start: Callable[[list[int]], Started]) -> Started:
    """Start on free ports, and on others when somebody took one in between."""
    for attempt in range(3):
        ports = [free_port() for _ in range(count)]
        try:
            return start(ports)
        except NotStarted:
            if attempt == 2:
                raise
    raise AssertionError("unreachable")
