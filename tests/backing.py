"""A pytest plugin: PostgreSQL and Valkey of the tests' own, started before settings are read.

The first process starts them; each worker beside it gets a database of its own.
"""

import atexit
import os
import tempfile
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from crm.config.embedded.backing import services

_running = ExitStack()
URLS = ("FIO_DATABASE_URL", "FIO_DATABASE_SYSTEM_URL", "FIO_DATABASE_OWNER_URL")


def _start() -> None:
    folder = _running.enter_context(tempfile.TemporaryDirectory(prefix="fio-"))
    os.chmod(folder, 0o755)  # PostgreSQL of a root's test run lives there as nobody
    # What is measured is measured on servers that lose nothing
    durable = os.environ.get("FIO_TEST_DURABLE") == "1"
    os.environ |= _running.enter_context(services(Path(folder) / "var", durable=durable))
    os.environ["FIO_TEST_SERVICES"] = str(os.getpid())
    os.environ["FIO_EMAIL_URL"] = f"file://{folder}/sent-mail"
    atexit.register(_running.close)


def _take_own_database(name: str) -> None:
    for variable in URLS:
        parts = urlsplit(os.environ[variable])
        os.environ[variable] = urlunsplit(parts._replace(path=f"/fio_{name}"))
    number = int(name.removeprefix("gw") or 0) + 1
    os.environ["FIO_REDIS_URL"] = os.environ["FIO_REDIS_URL"].replace("db=0", f"db={number}")


if "FIO_TEST_SERVICES" not in os.environ:
    _start()
if "PYTEST_XDIST_WORKER" in os.environ:
    _take_own_database(os.environ["PYTEST_XDIST_WORKER"])
os.environ.setdefault("FIO_ALLOW_PRIVATE_HOSTS", "1")
os.environ.setdefault("FIO_THROTTLE", "0")
