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


@pytest.mark.parametrize(
    ("mail", "address", "status"),
    [
        (
            "From: offers-admin@list.test\nTo: dana@acme.test\nX-MLServer: fml [fml 4.0.3]\n"
            "Subject: You dana@acme.test are not member (offers ML)\n\n"
            "You are not a member of this mailing list <offers@list.test>.\n\nSend mail with\n",
            "offers@list.test",
            "",
        ),
        (
            "From: offers-admin@list.test\nTo: dana@acme.test\nX-MLServer: fml [fml 4.0.3]\n"
            "Subject: Loop Alert: Duplicated Message-ID (offers ML)\n\n"
            "Duplicated Message-ID in <offers@list.test>.\n",
            "offers@list.test",
            "",
        ),
        (
            "From: MAILER-DAEMON@mx.test (Mail Delivery System)\nTo: postmaster@mx.test\n"
            "Subject: Postfix SMTP server: errors from localhost[127.0.0.1]\n\n"
            "Transcript of session follows.\n\n Out: 220 mx.test ESMTP\n In:  EHLO mx.test\n"
            " In:  MAIL FROM:<dana@acme.test>\n Out: 250 2.1.0 Ok\n"
            " In:  RCPT TO:<owen@brightmoor.test>\n Out: 250 2.1.5 Ok\n In:  DATA\n"
            " Out: 451 4.3.0 Error: queue file write error\n In:  QUIT\n",
            "owen@brightmoor.test",
            "4.3.0",
        ),
    ],
)
def test_it_reads_refusals_of_lists_and_transcripts(mail: str, address: str, status: str) -> None:
    found = parse.parse(mail.encode())
    assert found.kind == "bounce" and found.bounce is not None
    assert [(f.address, f.status) for f in found.bounce.recipients] == [(address, status)]
