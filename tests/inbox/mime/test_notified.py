"""Sending services that tell in JSON what became of a mail."""

import json
from typing import Any

import pytest

from inbox.mime import parse

HEAD = (
    "From: Notices <no-reply@sns.amazonaws.com>\nTo: ops@acme.test\n"
    "Subject: AWS Notification Message\nx-amz-sns-message-id: 11-22\n"
    "Content-Type: text/plain; charset=UTF-8\n\n"
)
FOOT = "\n\n--\nIf you wish to stop receiving notifications, click https://sns.test/unsubscribe\n"
MAIL = {
    "messageId": "0101-aws",
    "headers": [{"name": "Message-ID", "value": "<offer-1@acme.test>"}],
}


def told(about: dict[str, Any], *, width: int = 0, packed: bool = False) -> bytes:
    text = json.dumps({**about, "mail": MAIL})
    if packed:
        text = json.dumps({"Type": "Notification", "Message": text})
    if width:
        text = "\n ".join(text[at : at + width] for at in range(0, len(text), width))
    return (HEAD + text + FOOT).encode()


def bounce(status: str, sort: str = "Permanent") -> dict[str, Any]:
    row = {"emailAddress": "dana@northwind.test", "action": "failed", "status": status,
           "diagnosticCode": "smtp; 550 5.1.1 user unknown"}  # fmt: skip
    return {
        "notificationType": "Bounce",
        "bounce": {"bounceType": sort, "bouncedRecipients": [row]},
    }


@pytest.mark.parametrize("width", [0, 70])
@pytest.mark.parametrize("packed", [False, True])
def test_it_reads_who_was_not_reached(width: int, packed: bool) -> None:
    found = parse.parse(told(bounce("5.1.1"), width=width, packed=packed))
    assert found.kind == "bounce" and found.bounce is not None
    (failure,) = found.bounce.recipients
    assert (failure.address, failure.status, failure.action) == (
        "dana@northwind.test",
        "5.1.1",
        "failed",
    )
    assert found.bounce.original_message_id == "offer-1@acme.test"


def test_it_tells_soft_from_hard_and_complaints_from_both() -> None:
    soft = bounce("", "Transient")
    found = parse.parse(told(soft))
    assert found.bounce is not None and found.bounce.recipients[0].status == "4.0.0"
    rows = [{"emailAddress": "dana@northwind.test"}]
    about = {"eventType": "Complaint", "complaint": {"complainedRecipients": rows}}
    found = parse.parse(told(about))
    assert found.kind == "complaint" and found.bounce is not None
    assert found.bounce.recipients[0].address == "dana@northwind.test"
    about = {"notificationType": "Delivery", "delivery": {"recipients": ["dana@northwind.test"]}}
    assert parse.parse(told(about)).kind == "auto"


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, '{"notificationType": 5}', "{}" * 9])
def test_it_takes_nothing_else_for_one(text: str) -> None:
    assert parse.parse((HEAD + text + FOOT).encode()).kind in ("mail", "auto")
