"""Reports about mail: failed, late, complained about, read; and mail that only looks like one."""

import pytest

from inbox.mime import parse

REPORT = """\
From: MAILER-DAEMON@mx.test
To: alice@acme.test
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type={kind}; boundary=b

--b

I'm sorry to have to inform you.
--b
Content-Type: message/{part}

Reporting-MTA: dns; mx.test
User-Agent: Reader
Feedback-Type: abuse

{fields}
--b
Content-Type: {returned}

From: alice@acme.test
Message-ID: <sent@acme.test>
Subject: Offer

--b--
"""


def report(
    fields: str,
    kind: str = "delivery-status",
    part: str = "delivery-status",
    returned: str = "message/rfc822",
) -> parse.Parsed:
    text = REPORT.format(fields=fields, kind=kind, part=part, returned=returned)
    return parse.parse(text.encode())


def notice(subject: str, body: str, sender: str = "MAILER-DAEMON@mx.test") -> parse.Parsed:
    head = f"From: {sender}\nTo: alice@acme.test\nSubject: {subject}\n\n"
    return parse.parse((head + body).encode())


def test_f41_it_reads_a_machine_readable_bounce() -> None:
    parsed = report(
        "Final-Recipient: rfc822; carla@customer.test\nAction: failed\nStatus: 5.1.1\n"
        "Diagnostic-Code: smtp; 550 5.1.1 unknown\n\n"
        "Original-Recipient: rfc822;dora@customer.test\n"
        "Final-Recipient: rfc822; dora@other.test\nAction: failed\nStatus: 5.2.2 (full)\n"
    )
    assert parsed.kind == "bounce"
    assert parsed.bounce is not None
    assert parsed.bounce.original_message_id == "sent@acme.test"
    first, second = parsed.bounce.recipients
    assert (first.address, first.status, first.is_permanent) == (
        "carla@customer.test",
        "5.1.1",
        True,
    )
    assert (second.address, second.original, second.status) == (
        "dora@other.test",
        "dora@customer.test",
        "5.2.2",
    )
    assert parsed.attachments == ()


def test_it_takes_headers_alone_for_the_returned_mail() -> None:
    parsed = report("Final-Recipient: rfc822; c@d.test\nAction: failed\nStatus: 5.0.0\n")
    other = report(
        "Final-Recipient: rfc822; c@d.test\nAction: failed\nStatus: 5.0.0\n",
        returned="text/rfc822-headers",
    )
    assert parsed.bounce == other.bounce


def test_it_calls_late_mail_no_bounce() -> None:
    parsed = report("Final-Recipient: rfc822; c@d.test\nAction: delayed\nStatus: 4.4.1\n")
    assert parsed.kind == "auto"
    assert parsed.bounce is not None
    assert [each.action for each in parsed.bounce.recipients] == ["delayed"]


def test_it_never_calls_a_temporary_failure_permanent() -> None:
    parsed = report("Final-Recipient: rfc822; c@d.test\nAction: failed\nStatus: 4.2.2\n")
    assert parsed.bounce is not None
    assert not any(each.is_permanent for each in parsed.bounce.recipients)


@pytest.mark.parametrize(
    ("kind", "part", "found"),
    [
        ("feedback-report", "feedback-report", "complaint"),
        ("disposition-notification", "disposition-notification", "receipt"),
    ],
)
def test_f43_it_tells_complaints_and_receipts_apart(kind: str, part: str, found: str) -> None:
    assert report("Original-Message-ID: <x@y.test>\n", kind, part).kind == found


@pytest.mark.parametrize(
    ("subject", "body", "address", "status"),
    [
        (
            "failure notice",
            "Hi. This is the qmail-send program at mx.test.\nI'm afraid I wasn't able to deliver "
            "your message to the following addresses.\n\n<carla@customer.test>:\n"
            "550 5.1.1 user unknown\n\n--- Below this line is a copy of the message.\n\n"
            "Message-ID: <sent@acme.test>\nFrom: alice@acme.test\n",
            "carla@customer.test",
            "5.1.1",
        ),
        (
            "Mail could not be delivered",
            "Your message from alice@acme.test was not delivered to\n\n"
            "  carla@customer.test [User unknown]\n\n"
            "----- Original message -----\nMessage-ID: <sent@acme.test>\nTo: x@y.test\n",
            "carla@customer.test",
            "",
        ),
        (
            "Returned mail",
            "----- Transcript of session follows -----\n"
            "554 <carla@customer.test>... Host unknown\n"
            "----- Unsent message follows -----\nMessage-ID: <sent@acme.test>\n",
            "carla@customer.test",
            "5.0.0",
        ),
    ],
)
def test_f41_it_reads_a_bounce_told_in_words(
    subject: str, body: str, address: str, status: str
) -> None:
    parsed = notice(subject, body)
    assert parsed.kind == "bounce"
    assert parsed.bounce is not None
    (failure,) = parsed.bounce.recipients
    assert (failure.address, failure.status) == (address, status)
    assert parsed.bounce.original_message_id == "sent@acme.test"


def test_it_reads_the_header_that_names_failed_recipients() -> None:
    parsed = parse.parse(
        b"From: Mail Delivery System <Mailer-Daemon@mx.test>\nX-Failed-Recipients: c@d.test\n"
        b"Subject: Mail delivery failed\n\nNo such user: 550"
    )
    assert parsed.bounce is not None
    assert [each.address for each in parsed.bounce.recipients] == ["c@d.test"]


@pytest.mark.parametrize(
    ("subject", "sender"),
    [
        ("Delivery of your order failed", "Carla <carla@customer.test>"),
        ("Re: Undelivered Mail Returned to Sender", "Bob <bob@acme.test>"),
        ("Newsletter", "postmaster@mx.test"),
    ],
)
def test_it_takes_no_ordinary_mail_for_a_bounce(subject: str, sender: str) -> None:
    parsed = notice(subject, "See you at carla@customer.test on Monday.", sender)
    assert (parsed.kind, parsed.bounce) == ("mail", None)
