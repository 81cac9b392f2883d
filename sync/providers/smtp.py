"""Hands mail to a submission server, saying at every moment how far it got."""

from __future__ import annotations

import re
from collections.abc import Callable

import idna

from crm.workspaces import guard
from sync.providers import errors, smtp_session
from sync.providers.base import (
    Endpoint,
    Login,
    OutboundItem,
    RecipientResult,
    SendResult,
    Stage,
)
from sync.providers.smtp_session import Session

ANSWER = 300.0  # a server may scan a mail for minutes before it takes it (RFC 5321, 4.5.3.2.6)
PIECE = 65_536

_BARE = re.compile(rb"(?<!\r)\n|\r(?!\n)")
_DOT = re.compile(rb"^\.", re.MULTILINE)


class SmtpSender:
    """Implements MailSender: one connection for each mail."""

    def __init__(
        self,
        endpoint: Endpoint,
        login: Login | None,
        *,
        policy: guard.Policy,
        timeout: float = 60.0,
        answer: float = ANSWER,
    ) -> None:
        self.endpoint = endpoint
        self.login = login
        self.policy = policy
        self.timeout = timeout
        self.answer = answer

    def send(self, item: OutboundItem, on_stage: Callable[[Stage], None]) -> SendResult:
        on_stage(Stage.CONNECT)
        session = smtp_session.connect(
            self.endpoint, self.login, policy=self.policy, timeout=self.timeout
        )
        try:
            return self._hand_over(session, item, on_stage)
        finally:
            session.drop()

    def _hand_over(
        self, session: Session, item: OutboundItem, on_stage: Callable[[Stage], None]
    ) -> SendResult:
        body = _DOT.sub(b"..", _BARE.sub(b"\r\n", item.raw))
        if not body.endswith(b"\r\n"):
            body += b"\r\n"
        limit = session.size_limit
        if limit is not None and len(body) > limit:
            raise errors.too_large(limit)
        on_stage(Stage.MAIL)
        _mail(session, item, len(body))
        on_stage(Stage.RCPT)
        results = tuple(_recipient(session, address) for address in item.recipients)
        put_off = [result for result in results if not (result.accepted or result.permanent)]
        if put_off and item.may_wait and len(put_off) < len(results):
            session.quit()
            raise errors.Transient("send.later", after=60.0, raw=put_off[0].raw)
        if not any(result.accepted for result in results):
            session.quit()
            return SendResult(results)
        words = self._data(session, body, on_stage)
        on_stage(Stage.DONE)
        session.quit()
        return SendResult(results, raw=errors.redact(words))

    def _data(self, session: Session, body: bytes, on_stage: Callable[[Stage], None]) -> str:
        """The mail itself. Until the lone dot is sent, the server must not deliver it."""
        status, text = session.command("DATA")
        if status != 354:
            raise smtp_session.refusal(status, text, code="send.content")
        with session.guarded():
            for start in range(0, len(body), PIECE):
                session.sock.sendall(body[start : start + PIECE])
        on_stage(Stage.DATA)
        try:
            session.timeout = self.answer
            with session.guarded():
                session.sock.sendall(b".\r\n")
            status, text = session.reply()
        except errors.Transient as error:
            raise errors.OutcomeUnknown(stage=Stage.DATA, raw=error.raw) from error
        if status == 552:
            raise errors.Permanent("message.large", raw=f"{status} {text}")
        if not 200 <= status < 300:
            raise smtp_session.refusal(status, text, code="send.content")
        return f"{status} {text}"


def _mail(session: Session, item: OutboundItem, size: int) -> None:
    sender = on_wire(item.sender, utf8=session.offers("smtputf8"))
    if sender is None:
        raise errors.Permanent("send.address")
    line = f"MAIL FROM:<{sender}>"
    if session.offers("size"):
        line += f" SIZE={size}"
    if session.offers("8bitmime") and not item.raw.isascii():
        line += " BODY=8BITMIME"
    if session.offers("smtputf8") and not all(a.isascii() for a in (sender, *item.recipients)):
        line += " SMTPUTF8"
    status, text = session.command(line)
    if status == 552:
        raise errors.Permanent("message.large", raw=f"{status} {text}")
    if not 200 <= status < 300:
        raise smtp_session.refusal(status, text, code="send.sender")


def _recipient(session: Session, address: str) -> RecipientResult:
    wire = on_wire(address, utf8=session.offers("smtputf8"))
    if wire is None:
        return RecipientResult(
            address, accepted=False, permanent=True, status=0, code="send.address"
        )
    status, text = session.command(f"RCPT TO:<{wire}>")
    raw = errors.redact(f"{status} {text}")
    if 200 <= status < 300:
        return RecipientResult(address, accepted=True, status=status, raw=raw)
    if status == 421:
        raise smtp_session.refusal(status, text)
    permanent = 500 <= status < 600 and status != 503
    code = "send.recipient" if permanent else "send.later"
    return RecipientResult(address, False, permanent, status, code, raw)


def on_wire(address: str, *, utf8: bool) -> str | None:
    """An address as this server can take it; None when it can't, or is no address at all."""
    if not smtp_session.ADDRESS.fullmatch(address):
        return None
    if address.isascii() or utf8:
        return address
    local, _, domain = address.rpartition("@")
    if not local.isascii():
        return None
    try:
        return f"{local}@{idna.encode(domain, uts46=True).decode('ascii')}"
    except idna.IDNAError:
        return None
