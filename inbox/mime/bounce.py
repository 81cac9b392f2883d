"""Reports about mail: the machine-readable ones (RFC 3464, 5965, 8098), and those in words."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from inbox.mime import away, body, charset, ids, notice, notified
from inbox.mime.headers import Headers
from inbox.mime.headers import read as read_headers
from inbox.mime.parsed import Bounce, Failure, Kind
from inbox.mime.tree import Node

REPORTS = ("message/delivery-status", "message/global-delivery-status")
RETURNED = ("message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global")
MESSAGE_ID = re.compile(
    rb"^[> \t]*+Message-Id:[ \t]*+(?:\r?\n[ \t]++)?(<[^<>\s]{3,990}>)", re.I | re.M
)
STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
ACTIONS = {"failure": "failed", "expired": "failed", "fail": "failed", "error": "failed"}
DISPOSITIONS = ("displayed", "deleted", "dispatched", "processed")
MOST = 500
SEARCHED = 262_144


def read(root: Node, kind: Kind, text: str) -> tuple[Kind, Bounce | None]:
    """Return the mail's kind and what it reports; a mail that is only late is no bounce.

    `kind` is what headers and structure say already, `text` the readable text.
    """
    told = notified.read(root)
    if told is not None:
        return told
    if kind == "complaint":
        return kind, Bounce(tuple(islice(_complained(root), MOST)), _original(root))
    if kind == "receipt":
        return kind, _receipt(root)
    if kind == "invite":
        return kind, None
    failures = tuple(islice(_reported(root), MOST))
    if not failures and (kind == "bounce" or notice.is_notice(root, text)):
        failures = tuple(islice(notice.failures(root, text), MOST))
        kind = "bounce"
    if not failures and kind == "auto":
        return kind, _answer(root, text)
    if not failures:
        return kind, Bounce((), _original(root)) if kind == "bounce" else None
    failed = any(failure.action == "failed" for failure in failures)
    return "bounce" if failed else "auto", Bounce(failures, _original(root))


def _complained(root: Node) -> Iterator[Failure]:
    """Yield whom a complaint is from (RFC 5965 §3.2), where the report does not hide it."""
    for fields in _fields(root, ("message/feedback-report",)):
        for name in ("original-rcpt-to", "removal-recipient", "redacted-address"):
            for value in fields.every(name):
                if address := _address(value):
                    yield Failure(address, "", "complained")


def _receipt(root: Node) -> Bounce:
    """Return who confirms which mail, and how (RFC 8098 §3.2)."""
    found: list[Failure] = []
    original = ""
    for fields in _fields(root, ("message/disposition-notification",)):
        told = charset.decode(fields.first("disposition")).partition(";")[2].lower()
        action = re.split(r"[/,;\s]", told.strip())[0]
        address = _address(fields.first("original-recipient"))
        address = address or _address(fields.first("final-recipient"))
        if address and action in DISPOSITIONS:
            found.append(Failure(address, "", action))
        original = original or ids.one(fields.first("original-message-id"))
    return Bounce(tuple(found[:MOST]), original or _original(root))


def _answer(root: Node, text: str) -> Bounce:
    """Return what an automatic answer is about, and until when its writer is away."""
    named = ids.many(root.headers.first("in-reply-to")) or ids.many(
        b" ".join(root.headers.every("references"))[-4_096:]
    )
    said = f"{root.headers.text('subject')[:500]}\n{text[:8_000]}"
    return Bounce((), named[-1] if named else "", away.until(said))


def _fields(root: Node, kinds: Sequence[str]) -> Iterator[Headers]:
    for node in root.leaves():
        if node.content_type in kinds:
            yield from _groups(node.content()[0])


def _reported(root: Node) -> Iterator[Failure]:
    """Yield each recipient of the delivery-status parts (RFC 3464 §2.3)."""
    for fields in _fields(root, REPORTS):
        failure = _failure(fields)
        if failure:
            yield failure


def _groups(data: bytes) -> Iterator[Headers]:
    """Yield the blocks of fields between empty lines."""
    start = 0
    while start < min(len(data), SEARCHED):
        fields, body_start = read_headers(data, start, len(data), tolerant=True)
        yield fields
        start = max(body_start, start + 1)


def _failure(fields: Headers) -> Failure | None:
    final = _address(fields.first("final-recipient"))
    original = _address(fields.first("original-recipient")) or _address(
        fields.first("x-actual-recipient")
    )
    if not (final or original):
        return None
    found = STATUS.search(charset.decode(fields.first("status")))
    diagnostic = fields.text("diagnostic-code")[:1_000]
    told = notice.status(diagnostic)
    status = found[1] if found else told if told.startswith("4") else ""
    action = charset.decode(fields.first("action")).strip().lower().partition(" ")[0]
    return Failure(
        address=final or original,
        status=status,
        action=_action(ACTIONS.get(action, action), status),
        diagnostic=diagnostic,
        original=original or _inside(final),
    )


def _inside(final: str) -> str:
    """Return the address within a recipient that is more than one: a pipe to a program, say."""
    found = notice.ADDRESS.search(final)
    return found[0] if found and found[0] != final else ""


def _action(action: str, status: str) -> str:
    if action in ("failed", "delayed", "delivered", "relayed", "expanded"):
        return action
    return {"4": "delayed", "2": "delivered"}.get(status[:1], "failed")


def _address(value: bytes) -> str:
    """Return the address of a recipient field without its type ("rfc822;")."""
    text = charset.decode(value)
    kind, semicolon, rest = text.partition(";")
    text = rest if semicolon and "@" not in kind else text
    return text.strip().strip("<>").strip()[:320]


def _original(root: Node) -> str:
    """Return the Message-ID in the returned mail or headers, or else in the text that copies it."""
    leaves = list(root.leaves())
    returned = [node for node in leaves if node.content_type in RETURNED]
    readable = [node for node in leaves if body.is_readable(node)]
    for node in [*returned, *readable]:
        data, _ = node.content()
        found = MESSAGE_ID.search(data[:SEARCHED])
        if found:
            return ids.one(found[1])
    return ""
