"""Fio as docker-compose.yml runs it, on this machine: its commands, its proxy, its order.

What differs are the ports, the folders, and that PostgreSQL and Valkey are the caller's.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from crm.config.embedded import process
from tests.servers.process import free_port, program

CHECKOUT = Path(__file__).parents[2]
WEB = ("pages", "pages-two", "events")
WORKERS = ("worker-out", "worker-hot", "worker-in", "worker-backfill", "worker-maint")
ALL = (*WEB, *WORKERS, "scheduler", "listener")
PATIENCE = 300.0


class Stack:
    """The processes by their names in the compose file."""

    def __init__(self, folder: Path, env: Mapping[str, str]) -> None:
        self.folder = folder
        self.compose: dict[str, Any] = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())
        self.ports = {name: free_port() for name in (*WEB, "proxy")}
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        # Whose code the next process to start runs
        self.checkout = CHECKOUT
        self.lanes: dict[str, str] = {}
        self.env = {
            **os.environ,
            **env,
            "DJANGO_SETTINGS_MODULE": "crm.config.settings",
            "FIO_SITE_URL": f"http://localhost:{self.port}",
            "FIO_CONTENT_URL": f"http://127.0.0.1:{self.port}",
            "FIO_ALLOWED_HOSTS": "localhost,127.0.0.1",
            "FIO_TRUSTED_PROXIES": "1",
            "PYTHONUNBUFFERED": "1",
        }

    @property
    def port(self) -> int:
        """Where people come in."""
        return self.ports["proxy"]

    def start(self, *names: str) -> None:
        """Start these together, and return when those that serve do."""
        for name in names:
            self.running[name] = process.spawn(self._plan(name))
        for name in names:
            if name in self.ports:
                self._wait(name)

    def stop(self, name: str) -> None:
        """Ask one to end as `docker compose up` does, within its stop_grace_period."""
        child = self.running.pop(name)
        grace = str(self.compose["services"][name].get("stop_grace_period", "10s"))
        child.send_signal(signal.SIGTERM)
        try:
            child.wait(float(grace.removesuffix("s")))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
            raise AssertionError(f"{name} did not end within {grace}") from None

    def kill(self, name: str) -> None:
        """`kill -9`, and nothing is said."""
        child = self.running.pop(name)
        child.kill()
        child.wait()

    def renew(self, name: str) -> None:
        """What scripts/rolling-upgrade does for one process."""
        if "pages" in name:
            self._leaving(name).touch()
            # Longer than the proxy's health_interval and health_timeout together
            time.sleep(8)
        self.checkout = CHECKOUT
        self.stop(name)
        self._leaving(name).unlink(missing_ok=True)
        self.start(name)

    def close(self) -> None:
        """End whatever runs, the proxy first."""
        for name in [name for name in ("proxy", *ALL) if name in self.running]:
            child = self.running.pop(name)
            process.stop(child, with_signal=signal.SIGTERM, patience=20)

    def _plan(self, name: str) -> process.Plan:
        argv = self._proxy() if name == "proxy" else self._argv(name)
        env = dict(self.env)
        if name in self.ports:
            folder = self.folder / f"metrics-{time.monotonic_ns()}"
            folder.mkdir()
            env |= {
                "PROMETHEUS_MULTIPROC_DIR": str(folder),
                "FIO_LEAVING_FILE": str(self._leaving(name)),
                "XDG_DATA_HOME": str(self.folder),
                "XDG_CONFIG_HOME": str(self.folder),
            }
        return process.Plan(
            name=name,
            argv=argv,
            log=self.folder / f"{name}.log",
            env=env,
            cwd=self.checkout,
            parent_death=signal.SIGKILL,
        )

    def _argv(self, name: str) -> list[str]:
        words = [str(word) for word in self.compose["services"][name]["command"]]
        if name in self.lanes:
            words = [w if "--queues=" not in w else f"--queues={self.lanes[name]}" for w in words]
        port = self.ports.get(name, 0)
        known = {
            "--bind=0.0.0.0:8000": f"--bind=127.0.0.1:{port}",
            "--host=0.0.0.0": "--host=127.0.0.1",
            "--port=8001": f"--port={port}",
        }
        words = [known.get(word, word) for word in words]
        return [sys.executable, *(words[1:] if words[0] == "python" else ["-m", *words])]

    def _proxy(self) -> list[str]:
        """The proxy of the compose file, with our ports for its hosts."""
        text = (CHECKOUT / "docker" / "Caddyfile").read_text()
        for host, port in (("pages-two", 8000), ("pages", 8000), ("events", 8001)):
            assert f" {host}:{port}" in text
            text = text.replace(f" {host}:{port}", f" 127.0.0.1:{self.ports[host]}")
        for name in ("FIO_SITE_URL", "FIO_CONTENT_URL"):
            text = text.replace(f"{{${name}}}", self.env[name])
        place = self.folder / "Caddyfile"
        place.write_text("{\n\tadmin off\n}\n" + text)
        return [program("caddy", "caddy"), "run", "--adapter", "caddyfile", "--config", str(place)]

    def _leaving(self, name: str) -> Path:
        return self.folder / f"{name}.leaving"

    def _wait(self, name: str) -> None:
        until = time.monotonic() + PATIENCE
        while not self._lives(self.ports[name]):
            child = self.running[name]
            assert child.poll() is None and time.monotonic() < until, (
                f"{name} does not serve:\n" + process.last_lines(self.folder / f"{name}.log")
            )
            time.sleep(0.2)

    def _lives(self, port: int) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/livez", timeout=5) as answer:
                return int(answer.status) == 200
        except OSError:
            return False


@contextmanager
def stack(
    folder: Path,
    env: Mapping[str, str],
    *names: str,
    lanes: Mapping[str, str] | None = None,
    checkout: Path = CHECKOUT,
) -> Iterator[Stack]:
    """These processes, and the proxy where there are pages.

    `lanes` gives a worker other queues, `checkout` is whose code they run until renewed.
    """
    made = Stack(folder, env)
    made.lanes, made.checkout = dict(lanes or {}), checkout
    try:
        made.start(*names)
        if "pages" in names:
            made.start("proxy")
        yield made
    finally:
        made.close()
