"""Reports about mail on the message's page: what came back and why, and the letter it was."""

import pytest

from inbox.models import Message
from tests.inbox import post
from tests.world import World

SENT = post.mail("alice@acme.test", "carla@customer.test", "Offer", id="sent@acme.test")
REPORT = """\
From: Mail Delivery System <MAILER-DAEMON@mx.test>
To: alice@acme.test
Subject: Report
Message-ID: <report@mx.test>
Content-Type: multipart/report; report-type={kind}; boundary=b

--b

A report.
--b
Content-Type: message/{kind}

{fields}
--b
Content-Type: text/rfc822-headers

Message-ID: <sent@acme.test>

--b--
"""
AWAY = b"""\
From: Carla <carla@customer.test>
To: alice@acme.test
Subject: Out of office
Auto-Submitted: auto-replied
In-Reply-To: <sent@acme.test>

I am away until July 12.
"""


def report(fields: str, kind: str = "delivery-status") -> bytes:
    return REPORT.format(kind=kind, fields=fields).encode()


FAILED = "Final-Recipient: rfc822;carla@customer.test\nAction: {}\nStatus: {}"
STORIES = [
    (
        report(FAILED.format("failed", "5.1.1")),
        "bounce",
        "Not delivered to <b>carla@customer.test</b>: the address does not exist (5.1.1).",
        "Look for a typing error before you write again.",
    ),
    (
        report(FAILED.format("failed", "5.2.2")),
        "bounce",
        "Not delivered to <b>carla@customer.test</b>: the mailbox is full (5.2.2).",
        "Try again in a few days",
    ),
    (
        report(FAILED.format("delayed", "4.2.2")),
        "late",
        "Not yet delivered to <b>carla@customer.test</b>: the mailbox is full (4.2.2).",
        "The server keeps trying",
    ),
    (
        report("Feedback-Type: abuse\nOriginal-Rcpt-To: carla@customer.test", "feedback-report"),
        "complaint",
        "<b>carla@customer.test</b> reported your mail as spam.",
        "Better do not write there again.",
    ),
    (
        report(
            "Final-Recipient: rfc822;carla@customer.test\n"
            "Disposition: manual-action/MDN-sent-manually;displayed",
            "disposition-notification",
        ),
        "receipt",
        "<b>carla@customer.test</b> confirms that your mail was opened.",
        "Receipt",
    ),
    (AWAY, "away", "An automatic answer: away until <b>July 12</b>.", "Away"),
]


@pytest.mark.parametrize(("raw", "kind", "said", "besides"), STORIES)
def test_it_says_what_a_report_reports(
    world: World, raw: bytes, kind: str, said: str, besides: str
) -> None:
    with world.opened():
        box = post.mailbox(world.alice, "alice@acme.test")
        (letter,) = post.deliver(box, SENT, role="sent")
        (row,) = post.deliver(box, raw)
        thread, uid = row.thread.uid, letter.uid
    page = world.browser(world.alice).get(f"/acme/inbox/t/{thread}/")
    shown = page.context["conversation"].messages[-1]
    assert shown.kind == kind
    assert said in page.text and besides in page.text
    assert shown.report.letter_url.endswith(f"#m-{uid}")
    assert "Open your mail “Offer”" in page.text
    assert "A report." in page.text or kind == "away"


def test_it_names_no_letter_of_another_mailbox(world: World) -> None:
    with world.opened():
        post.deliver(post.mailbox(world.bob, "bob@acme.test"), SENT, role="sent")
        box = post.mailbox(world.alice, "alice@acme.test")
        (row,) = post.deliver(box, report(FAILED.format("failed", "5.1.1")))
        thread = row.thread.uid
    page = world.browser(world.alice).get(f"/acme/inbox/t/{thread}/")
    assert page.context["conversation"].messages[0].report.letter_url == ""
    assert "Open your mail" not in page.text


def test_the_api_tells_the_same(world: World) -> None:
    with world.opened():
        box = post.mailbox(world.alice, "alice@acme.test")
        rows = post.deliver(box, report(FAILED.format("failed", "5.1.1")), AWAY)
        uids = [row.uid for row in rows]
        Message.objects.filter(uid=uids[1]).update(
            bounce={"recipients": [{"address": "a@b.test", "status": "", "action": "failed"}]}
        )
    api = world.api(world.alice)
    told = api.get(f"messages/{uids[0]}/").json()["bounce"]
    assert told == {
        "recipients": [
            {
                "address": "carla@customer.test",
                "status": "5.1.1",
                "action": "failed",
                "reason": "address",
                "hard": True,
                "diagnostic": "",
            }
        ],
        "original_message_id": "<sent@acme.test>",
        "away_until": "",
    }
    older = api.get(f"messages/{uids[1]}/").json()["bounce"]
    assert (older["recipients"][0]["reason"], older["recipients"][0]["hard"]) == ("", False)
