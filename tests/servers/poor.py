"""A poor IMAP server: pymap knows neither CONDSTORE nor QRESYNC nor special folders."""

from __future__ import annotations

import secrets
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.servers import process


@dataclass
class Poor:
    """Where it listens, and its only user."""

    port: int
    username: str
    password: str


@contextmanager
def poor() -> Iterator[Poor]:
    """Run one; its few demo mails die with it."""
    binary = process.program(str(Path(sys.executable).parent / "pymap"), "pymap (PyPI)")
    password = secrets.token_hex(8)
    with tempfile.TemporaryDirectory(prefix="fio-pymap-") as folder:

        def start(ports: list[int]) -> process.Server:
            command = [binary, "--host", "127.0.0.1", "--port", str(ports[0]), "--no-tls", "dict"]
            user = ["--demo-data", "--demo-user", "poor", "--demo-password", password]
            log = Path(folder) / "log"
            return process.Server.start([*command, *user], ports=ports, log=log)

        server = process.on_free_ports(1, start)
        try:
            yield Poor(server.ports[0], "poor", password)
        finally:
            server.stop()
