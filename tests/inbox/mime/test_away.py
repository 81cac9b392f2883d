"""Automatic answers: until when somebody is away, and complaints and receipts by name."""

import pytest

from inbox.mime import away, parse
from tests.inbox.mime.test_bounce import report


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("I am out of office until Monday, July 12th and answer then.", "Monday, July 12th"),
        ("I'm away till 12 July 2021.", "12 July 2021"),
        ("I will be back in the office on 2021-07-12.", "2021-07-12"),
        ("Returning to work on 7/12/2021. Thanks", "7/12/2021"),
        ("Ich bin bis zum 12.07.2021 nicht im Büro.", "12.07.2021"),
        ("Ab dem 12. Juli bin ich wieder da.", "12. Juli"),
        ("Je serai absent jusqu'au 12 juillet inclus.", "12 juillet"),
        ("Estarei fora até 12 de julho de 2021.", "12 de julho de 2021"),
        ("Estou de férias e retorno em 12/07/2021", "12/07/2021"),
        ("Estaré fuera hasta el 12 de julio", "12 de julio"),
        ("Sono assente fino al 12 luglio.", "12 luglio"),
        ("Ik ben afwezig tot en met 12 juli", "12 juli"),
        ("Я в отпуске до 12 июля.", "12 июля"),
        ("Please hold on until 10 minutes have passed.", ""),
        ("I read mail twice a day.", ""),
    ],
)
def test_it_reads_until_when_somebody_is_away(text: str, until: str) -> None:
    assert away.until(text) == until


def test_it_tells_what_an_automatic_answer_is_about() -> None:
    parsed = parse.parse(
        b"From: carla@customer.test\nSubject: Out of office\nAuto-Submitted: auto-replied\n"
        b"In-Reply-To: <sent@acme.test>\n\nI am away until July 12.\n"
    )
    assert (parsed.kind, parsed.bounce) == ("auto", parse.Bounce((), "sent@acme.test", "July 12"))


def test_it_tells_who_complained_and_who_confirmed() -> None:
    complaint = report(
        "Original-Rcpt-To: <carla@customer.test>\n", "feedback-report", "feedback-report"
    )
    assert complaint.bounce is not None and complaint.bounce.original_message_id == "sent@acme.test"
    assert [(r.address, r.action) for r in complaint.bounce.recipients] == [
        ("carla@customer.test", "complained")
    ]
    receipt = report(
        "Final-Recipient: rfc822;carla@customer.test\nOriginal-Message-ID: <other@acme.test>\n"
        "Disposition: manual-action/MDN-sent-manually; displayed\n",
        "disposition-notification",
        "disposition-notification",
    )
    assert receipt.bounce is not None and receipt.bounce.original_message_id == "other@acme.test"
    assert [(r.address, r.action) for r in receipt.bounce.recipients] == [
        ("carla@customer.test", "displayed")
    ]
