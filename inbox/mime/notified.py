"""What a sending service tells in JSON: Amazon SES, whose notifications SNS sends as mail.

Fields as in "Amazon SNS notification examples for Amazon SES" of its developer guide.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from inbox.mime import ids
from inbox.mime.parsed import Bounce, Failure, Kind
from inbox.mime.tree import Node

MARK = "x-amz-sns-message-id"
LONGEST = 262_144
MOST = 500


def read(root: Node) -> tuple[Kind, Bounce] | None:
    """The kind and what is reported; None for a mail that is no such notification."""
    if MARK not in root.headers:
        return None
    told = _told(root)
    sort = told.get("notificationType") or told.get("eventType")
    if sort == "Complaint":
        found = _complained(_part(told, "complaint"))
        return "complaint", Bounce(tuple(islice(found, MOST)), _original(told))
    if sort == "Bounce":
        failures = tuple(islice(_bounced(_part(told, "bounce")), MOST))
        failed = any(failure.action == "failed" for failure in failures)
        return "bounce" if failed else "auto", Bounce(failures, _original(told))
    if sort == "Delivery":
        delivered = _texts(_part(told, "delivery").get("recipients"))
        found = (Failure(address, "", "delivered") for address in delivered)
        return "auto", Bounce(tuple(islice(found, MOST)), _original(told))
    return None


def _told(root: Node) -> Mapping[str, Any]:
    """The JSON of the text, its long lines joined where a relay broke them."""
    for node in root.leaves():
        if node.content_type == "text/plain":
            text = node.content()[0][:LONGEST].decode("utf-8", "replace").replace("\r\n", "\n")
            begin, end = text.find("{"), text.find("\n--\n")
            written = text[begin : end if end > 0 else None] if begin >= 0 else ""
            told = _read(written.replace("\n ", "").replace("\n", ""))
            inner = told.get("Message")
            return _read(inner) if isinstance(inner, str) else told
    return {}


def _read(written: str) -> Mapping[str, Any]:
    try:
        found, _end = json.JSONDecoder().raw_decode(written)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _part(told: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = told.get(name)
    return found if isinstance(found, dict) else {}


def _rows(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, list):
        yield from (row for row in value if isinstance(row, dict))


def _texts(value: Any) -> Sequence[str]:
    return (
        [each[:320] for each in value if isinstance(each, str)] if isinstance(value, list) else []
    )


def _bounced(bounce: Mapping[str, Any]) -> Iterator[Failure]:
    is_soft = bounce.get("bounceType") == "Transient"
    for row in _rows(bounce.get("bouncedRecipients")):
        for address in _texts([row.get("emailAddress")]):
            status = str(row.get("status") or ("4.0.0" if is_soft else ""))[:12]
            action = str(row.get("action") or "failed")
            words = str(row.get("diagnosticCode") or "")[:1_000]
            yield Failure(address, status, "delayed" if action == "delayed" else "failed", words)


def _complained(complaint: Mapping[str, Any]) -> Iterator[Failure]:
    for row in _rows(complaint.get("complainedRecipients")):
        for address in _texts([row.get("emailAddress")]):
            yield Failure(address, "", "complained")


def _original(told: Mapping[str, Any]) -> str:
    """The Message-ID of the mail it is about, as far as its headers were kept."""
    mail = _part(told, "mail")
    named = [str(_part(mail, "commonHeaders").get("messageId") or "")]
    named += [
        str(row.get("value"))
        for row in _rows(mail.get("headers"))
        if str(row.get("name")).lower() == "message-id"
    ]
    return next(filter(None, (ids.one(each[:1_000].encode()) for each in named)), "")
