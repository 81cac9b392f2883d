"""The whole product, started the way a newcomer starts it, and the letters that reach it."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from itertools import count
from pathlib import Path

import psycopg

from crm.config.demo import accounts, maildrop
from crm.config.embedded import secrets
from tests.servers.process import free_port

PATIENCE = 240.0
_number = count(1)


@dataclass(frozen=True)
class Letter:
    """A mail that was delivered, and who is said to have written it."""

    sender: str
    subject: str


@dataclass
class Demo:
    """A running demo: its data folder and the port of its pages."""

    data: Path
    port: int

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def deliver(
        self,
        subject: str,
        text: str,
        *,
        html: str = "",
        to: str = "alice",
        name: str = "Owen Castell",
        file: tuple[str, bytes] | None = None,
    ) -> Letter:
        """A letter from a customer nobody has heard of before, laid into a member's inbox."""
        number = f"{os.getpid()}{next(_number)}"
        letter = Letter(f"owen{number}@brightmoor{number}.test", f"{subject} {number}")
        account = accounts.by_key(to)
        mail = EmailMessage()
        mail["From"] = f"{name} <{letter.sender}>"
        mail["To"] = f"{account.name} <{account.address}>"
        mail["Subject"] = letter.subject
        mail["Date"] = format_datetime(datetime.now(UTC))
        mail["Message-ID"] = make_msgid(domain="brightmoor.test")
        mail.set_content(text)
        if html:
            mail.add_alternative(html, subtype="html")
        if file:
            mail.add_attachment(
                file[1], maintype="application", subtype="octet-stream", filename=file[0]
            )
        maildrop.deliver(self._post, account, mail.as_bytes(), at=datetime.now(UTC))
        return letter

    def arrivals(self, address: str) -> int:
        """How many mails the SMTP server has taken for this recipient."""
        log = (self.data / "log" / "mail-server.log").read_text(errors="replace")
        return sum(line.endswith(f" to {address}") for line in log.splitlines())

    def copies(self, subject: str, *, folder: str = "Sent", of: str = "alice") -> int:
        """How many mails with this subject lie in a folder on the mail server."""
        place = self._post / accounts.by_key(of).address / f".{folder}"
        while True:
            files = (path for path in place.glob("*/*") if path.parent.name in ("cur", "new"))
            try:
                return sum(subject.encode() in path.read_bytes() for path in files)
            except FileNotFoundError:
                continue  # the server marked one as read, which gives its file another name

    def copied(self, subject: str, *, folder: str = "Sent") -> int:
        """The same as soon as there is one: the server files it after the mail has left."""
        deadline = time.monotonic() + 60
        while self.copies(subject, folder=folder) == 0 and time.monotonic() < deadline:
            time.sleep(0.1)
        return self.copies(subject, folder=folder)

    def tracked(self, subject: str) -> list[str]:
        """The tokens that the answer to this mail took along, its pixel's before its links'.

        Told when it left long enough ago for a person to read it.
        """
        deadline, found = time.monotonic() + 60, None
        while found is None and time.monotonic() < deadline:
            time.sleep(0.1)
            found = self._ask(
                "SELECT string_agg(t.token, ' ' ORDER BY t.position) FROM tracking_trace t"
                " JOIN inbox_outgoing o ON o.workspace_id = t.workspace_id AND o.id = t.outgoing_id"
                f" WHERE o.subject = 'Re: {subject}' AND o.sending_at < now() - interval '3 s'"
            )
        return str(found or "").split()

    def is_still_importing(self) -> bool:
        """Whether a mailbox has not been looked into to the end."""
        found = self._ask(
            "SELECT EXISTS (SELECT 1 FROM inbox_mailbox WHERE state <> 'active')"
            " OR EXISTS (SELECT 1 FROM inbox_ledgerentry WHERE decision = 'pending')"
        )
        return bool(found)

    @property
    def _post(self) -> Path:
        return self.data / "demo-mail"

    def _ask(self, sql: str) -> object:
        keys = secrets.read(self.data / "run" / "services.env")
        with psycopg.connect(keys["FIO_DATABASE_SYSTEM_URL"]) as connection:
            row = connection.execute(sql).fetchone()
        assert row is not None
        return row[0]


def borrowed() -> Demo | None:
    """The demo that runs already with its data in FIO_TEST_DEMO, where that is said."""
    running = os.environ.get("FIO_TEST_DEMO")
    if not running:
        return None
    keys = secrets.read(Path(running) / "run" / "services.env")
    return Demo(Path(running), int(keys["FIO_SITE_URL"].rpartition(":")[2]))


@contextmanager
def ours(prefix: str, extra: Mapping[str, str] | None = None) -> Iterator[Demo]:
    """The borrowed demo, or one of its own in a folder that goes with it.

    Not in pytest's folder, which the next run of pytest beside this one shuts for others.
    """
    running = borrowed()
    if running:
        yield running
        return
    with tempfile.TemporaryDirectory(prefix=prefix) as folder:
        Path(folder).chmod(0o711)  # PostgreSQL of a root's run lives there as nobody
        settings = {"FIO_ALLOW_PRIVATE_HOSTS": "1", **(extra or {})}
        with started(Path(folder) / "var", settings) as demo:
            yield demo


@contextmanager
def started(data: Path, extra: dict[str, str]) -> Iterator[Demo]:
    """The supervisor with everything it runs; `extra` are settings of Fio."""
    demo = Demo(data, free_port())
    own = {name: value for name, value in os.environ.items() if not name.startswith("FIO_")}
    log = data.with_suffix(".log")
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "crm.config.embedded", "--demo", "--with-parent"],
            env=own | extra | {"FIO_DATA": str(data), "PORT": str(demo.port)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait(demo, process, log)
        yield demo
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def _wait(demo: Demo, process: subprocess.Popen[bytes], log: Path) -> None:
    """Returns when the pages answer and all mail has been read."""
    deadline = time.monotonic() + PATIENCE
    while "Fio is ready" not in log.read_text() or demo.is_still_importing():
        assert process.poll() is None, f"Fio ended:\n{log.read_text()}"
        assert time.monotonic() < deadline, f"Fio took too long:\n{log.read_text()}"
        time.sleep(0.2)
