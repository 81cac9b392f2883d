"""The SMTP side: takes what the accounts send and gives it to those it is addressed to."""

import asyncio
import email
import email.policy
import logging
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd import smtp

from crm.config.demo import accounts, bounce, customers, maildrop, people

LARGEST = 35 * 1024 * 1024

log = logging.getLogger("fio.demo.smtp")


class Authenticator:
    """Knows the accounts' one password."""

    def __call__(
        self,
        _server: smtp.SMTP,
        _session: smtp.Session,
        _envelope: smtp.Envelope,
        _mechanism: str,
        auth_data: Any,
    ) -> smtp.AuthResult:
        login = auth_data.login.decode(errors="replace")
        password = auth_data.password.decode(errors="replace")
        known = accounts.by_address(login) is not None and password == accounts.PASSWORD
        return smtp.AuthResult(success=known, handled=known, message=None if known else REFUSED)


REFUSED = "535 5.7.8 Authentication credentials invalid"


class Counter:
    """Takes one message after the other, delivers it, and lets the customers know."""

    def __init__(self, data: Path, postbag: customers.Postbag) -> None:
        self.data = data
        self.postbag = postbag

    async def handle_DATA(  # noqa: N802 (the name aiosmtpd calls)
        self, _server: smtp.SMTP, _session: smtp.Session, envelope: smtp.Envelope
    ) -> str:
        """Delivers to accounts at once; to customers by asking what they answer."""
        raw = envelope.content if isinstance(envelope.content, bytes) else b""
        message = email.message_from_bytes(raw, policy=email.policy.default)
        sender = accounts.by_address(envelope.mail_from or "")
        now = datetime.now(UTC)
        self.hand_on(message, raw, sender, envelope.rcpt_tos, now)
        return "250 2.0.0 Accepted"

    def hand_on(
        self,
        message: EmailMessage,
        raw: bytes,
        sender: accounts.Account | None,
        recipients: Sequence[str],
        now: datetime,
    ) -> None:
        """One delivery, one answer or one bounce for each recipient."""
        for recipient in recipients:
            account = accounts.by_address(recipient)
            if account is not None:
                maildrop.deliver(self.data, account, raw, at=now)
            elif sender is not None and people.is_unknown(recipient):
                self.postbag.put(sender, bounce.report(message, recipient, now), now, wait=2)
            elif sender is not None:
                self.postbag.consider(message, sender, recipient, now)
            log.info("%s to %s", message.get("Message-ID"), recipient)


async def start(data: Path, port: int, postbag: customers.Postbag, stack: AsyncExitStack) -> None:
    """Listens on the port until the stack is closed."""
    loop = asyncio.get_running_loop()
    counter = Counter(data, postbag)

    def session() -> smtp.SMTP:
        return smtp.SMTP(
            counter,
            data_size_limit=LARGEST,
            enable_SMTPUTF8=True,
            hostname="mail.acme.test",
            ident="Acme post",
            authenticator=Authenticator(),
            auth_required=True,
            auth_require_tls=False,
            loop=loop,
        )

    server = await loop.create_server(session, accounts.HOST, port)
    await stack.enter_async_context(server)
