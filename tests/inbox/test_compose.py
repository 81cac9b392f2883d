"""Writing: drafts are never lost, answers go to the right people, and there is a way back."""

from datetime import timedelta
from email import message_from_bytes, policy
from typing import Any
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from inbox.models import Draft, Mailbox, Message, Outgoing
from inbox.queries import blobs
from tests import make
from tests.world import NOW, World

LATER = NOW + timedelta(minutes=1)
HTMX = {"HX-Request": "true"}
JSON = {"Accept": "application/json"}


def opened(browser: Client, **query: Any) -> Any:
    """The composer of an answer, as the dock shows it."""
    page = browser.get("/acme/inbox/composer/", query, headers=HTMX)
    assert page.status_code == 200
    return page.context["composer"]


def form(composer: Any, **changed: Any) -> dict[str, Any]:
    """What the composer's form holds."""
    return {
        "version": composer.version,
        "kind": composer.kind,
        "answers": str(composer.answers or ""),
        "mailbox": str(composer.mailbox_uid),
        "to": composer.to,
        "cc": composer.cc,
        "bcc": composer.bcc,
        "subject": composer.subject,
        "html": composer.html,
        "quote": "1",
        "upload": [str(file.uid) for file in composer.files],
    } | changed


def sent(outgoing: Outgoing) -> Any:
    """The mail as it will leave."""
    return message_from_bytes(blobs.data(outgoing.blob_id), policy=policy.default)


def write(browser: Client, composer: Any, **changed: Any) -> Any:
    """Save, then send; the answer to the sending."""
    said = form(composer, **changed)
    saved = browser.post(f"/acme/inbox/drafts/{composer.uid}/", said)
    assert saved.status_code == 200, saved.text
    said["version"] = saved.json()["version"]
    return browser.post(f"/acme/inbox/drafts/{composer.uid}/send/", said)


def test_it_answers_and_stays_in_the_conversation(world: World) -> None:
    with world.opened():
        row = make.message(make.mailbox(world.alice, name="Alice Moreira"), subject="Price list")
    alice = world.browser(world.alice)
    composer = opened(alice, answers=row.uid, kind="reply")
    assert composer.to == '"Dana Whitfield" <dana@northwind.test>'
    answer = write(alice, composer, html="<p>It is <b>attached</b>.</p>")
    assert answer.status_code == 200 and answer.json()["seconds"] == 10
    with world.opened():
        outgoing = Outgoing.objects.get()
        mail = sent(outgoing)
        assert mail["To"] == "Dana Whitfield <dana@northwind.test>"
        assert mail["From"] == "Alice Moreira <alice@acme.test>"
        assert mail["Subject"] == "Re: Price list"
        assert mail["In-Reply-To"] == mail["References"] == f"<{row.rfc_id}>"
        assert mail["Message-ID"] == f"<{outgoing.rfc_id}>"
        text = mail.get_body(("plain",)).get_content()
        assert "It is attached." in text and "> Could you send me the price list?" in text
        assert "<b>attached</b>" in mail.get_body(("html",)).get_content()
        assert outgoing.send_after - outgoing.created_at == timedelta(seconds=10)
        assert outgoing.thread_id == row.thread_id and outgoing.recipients == [
            "dana@northwind.test"
        ]
    page = alice.get(f"/acme/inbox/t/{row.thread.uid}/")
    assert [out.state for out in page.context["conversation"].outgoing] == ["queued"]
    assert alice.get("/acme/inbox/drafts/").context["drafts"] == []


def test_it_leaves_out_the_quote_when_asked(world: World) -> None:
    with world.opened():
        row = make.message(make.mailbox(world.alice))
    alice = world.browser(world.alice)
    composer = opened(alice, answers=row.uid, kind="reply")
    said = form(composer, html="<p>Short.</p>")
    del said["quote"]
    saved = alice.post(f"/acme/inbox/drafts/{composer.uid}/", said).json()
    alice.post(f"/acme/inbox/drafts/{composer.uid}/send/", said | saved)
    with world.opened():
        assert "price list?" not in sent(Outgoing.objects.get()).as_string()


def test_it_takes_back_what_was_sent(world: World) -> None:
    with world.opened():
        row = make.message(make.mailbox(world.alice))
    alice = world.browser(world.alice)
    answer = write(alice, opened(alice, answers=row.uid, kind="reply"), html="<p>Wait</p>").json()
    assert alice.post(answer["undo_url"], headers=JSON).status_code == 200
    page = alice.get(answer["edit_url"], headers=HTMX)
    assert page.context["composer"].html == "<p>Wait</p>"
    assert alice.get(answer["edit_url"]).status_code == 302
    with world.opened():
        assert Outgoing.objects.get().state == "cancelled"
    again = alice.post(answer["undo_url"], headers=JSON)
    assert again.status_code == 409


def test_it_is_too_late_once_the_server_may_have_it(world: World) -> None:
    with world.opened():
        out = make.outgoing(make.mailbox(world.alice), world.alice, state="sending")
    alice = world.browser(world.alice)
    stop = alice.post(f"/acme/inbox/outbox/{out.uid}/", {"verb": "cancel"}, headers=JSON)
    assert stop.status_code == 409


def test_it_answers_everybody_but_oneself(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        make.mailbox(world.alice, "alice@other.test")
        row = make.message(
            box,
            to=["alice@acme.test", "Priya <priya@northwind.test>"],
            cc=["Owen <owen@brightmoor.test>", "alice@other.test", "priya@northwind.test"],
        )
    composer = opened(world.browser(world.alice), answers=row.uid, kind="reply_all")
    assert composer.to == '"Dana Whitfield" <dana@northwind.test>, "Priya" <priya@northwind.test>'
    assert composer.cc == '"Owen" <owen@brightmoor.test>'


def test_it_answers_where_the_sender_wants_it(world: World) -> None:
    raw = make.raw().replace(b"Subject:", b"Reply-To: Desk <desk@northwind.test>\r\nSubject:", 1)
    with world.opened():
        row = make.message(make.mailbox(world.alice), data=raw)
    alice = world.browser(world.alice)
    composer = opened(alice, answers=row.uid, kind="reply")
    assert composer.to == '"Desk" <desk@northwind.test>'


def test_it_goes_on_with_those_one_wrote_to(world: World) -> None:
    with world.opened():
        rows = make.conversation(make.mailbox(world.alice), length=2)
    alice = world.browser(world.alice)
    composer = opened(alice, answers=rows[1].uid, kind="reply")
    assert composer.to == '"Dana Whitfield" <dana@northwind.test>'
    assert composer.subject == "Re: Price list"


def test_it_answers_a_letter_and_not_the_report_that_it_came_back(world: World) -> None:
    daemon = "Mail Delivery System <mailer-daemon@acme.test>"
    with world.opened():
        box = make.mailbox(world.alice)
        letter = make.message(box, sender="Alice <alice@acme.test>", to=[make.CUSTOMER])
        thread = letter.thread
        report = make.message(box, within=thread, sender=daemon, kind="bounce", received_at=LATER)
        report.bounce = {"recipients": [{"address": "eva@northwind.test", "status": "5.1.1"}]}
        report.save(update_fields=["bounce"])
        lone = make.message(box, subject="Undelivered", sender=daemon, kind="bounce").thread
    alice = world.browser(world.alice)
    assert alice.get(f"/acme/inbox/t/{thread.uid}/").context["dock"].answers == letter.uid
    assert alice.get(f"/acme/inbox/t/{thread.uid}/dock/").context["dock"].answers == letter.uid
    assert alice.get(f"/acme/inbox/t/{lone.uid}/").context["dock"].name == "Mail Delivery System"
    menu = alice.get(f"/acme/inbox/m/{report.uid}/", headers=HTMX).text
    assert f"/acme/inbox/compose/?to={quote('eva@northwind.test')}" in menu
    assert "kind=reply" not in menu and "kind=forward" in menu


def test_it_forwards_with_the_files(world: World) -> None:
    with world.opened():
        files = [("prices.pdf", "application/pdf", b"%PDF-1.4 prices")]
        row = make.message(make.mailbox(world.alice), files=files)
    alice = world.browser(world.alice)
    composer = opened(alice, answers=row.uid, kind="forward")
    assert composer.to == "" and composer.subject == "Fwd: Price list"
    assert [file.filename for file in composer.files] == ["prices.pdf"]
    write(alice, composer, to="owen@brightmoor.test", html="<p>See below.</p>")
    with world.opened():
        mail = sent(Outgoing.objects.get())
        assert [part.get_content() for part in mail.iter_attachments()] == [b"%PDF-1.4 prices"]
        text = mail.get_body(("plain",)).get_content()
        assert "Forwarded message" in text and "Could you send me the price list?" in text


def test_it_begins_a_new_mail_and_leaves_nothing_behind(world: World) -> None:
    with world.opened():
        make.mailbox(world.alice)
    alice = world.browser(world.alice)
    page = alice.get("/acme/inbox/compose/?to=owen@brightmoor.test")
    assert page.status_code == 200 and page.context["composer"].to == "owen@brightmoor.test"
    with world.opened():
        assert not Draft.objects.exists()
    composer = page.context["composer"]
    write(alice, composer, subject="Hello", html="<p>Hello</p>", bcc="boss@acme.test")
    with world.opened():
        outgoing = Outgoing.objects.get()
        assert outgoing.thread is None
        assert outgoing.recipients == ["owen@brightmoor.test", "boss@acme.test"]
        assert "boss@acme.test" not in sent(outgoing).as_string()


def test_it_never_overwrites_what_another_window_saved(world: World) -> None:
    with world.opened():
        row = make.draft(make.mailbox(world.alice), world.alice)
    alice = world.browser(world.alice)
    composer = opened(alice, draft=row.uid)
    path = f"/acme/inbox/drafts/{row.uid}/"
    first = alice.post(path, form(composer, html="<p>One</p>"))
    assert first.json()["version"] == 2
    second = alice.post(path, form(composer, html="<p>Two</p>"))
    assert (second.status_code, second.json()) == (409, {"version": 2})
    with world.opened():
        assert Draft.objects.get().html == "<p>One</p>"


def test_it_puts_a_draft_away_and_brings_it_back(world: World) -> None:
    with world.opened():
        row = make.draft(make.mailbox(world.alice), world.alice)
    alice = world.browser(world.alice)
    gone = alice.delete(f"/acme/inbox/drafts/{row.uid}/").json()
    assert alice.get("/acme/inbox/drafts/").context["drafts"] == []
    assert alice.post(gone["restore_url"]).status_code == 200
    assert [d.subject for d in alice.get("/acme/inbox/drafts/").context["drafts"]] == ["Our offer"]


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"to": ""}, "to", "Nobody is in To"),
        ({"to": "dana@northwind"}, "to", "“dana@northwind” is not a full e-mail address"),
        ({"cc": "ok@x.test, half"}, "cc", "“half” is not a full e-mail address"),
        ({"to": '"D\r\nBcc: x@y.test" <d@x.test>'}, "to", "cannot be sent"),
        ({"subject": "Hi\r\nBcc: victim@x.test"}, "subject", "line break"),
    ],
)
def test_it_names_what_keeps_a_mail_from_leaving(
    world: World, changed: dict[str, str], field: str, words: str
) -> None:
    with world.opened():
        row = make.draft(make.mailbox(world.alice), world.alice)
    alice = world.browser(world.alice)
    answer = write(alice, opened(alice, draft=row.uid), **changed)
    assert answer.status_code == 422
    problem = answer.json()["errors"][0]
    assert problem["field"] == field and words in problem["message"]
    with world.opened():
        assert not Outgoing.objects.exists() and Draft.objects.get().queued_at is None


def test_it_cleans_what_the_editor_sends(world: World) -> None:
    with world.opened():
        row = make.draft(make.mailbox(world.alice), world.alice)
    alice = world.browser(world.alice)
    bad = '<p onclick="x()">Hi<script>alert(1)</script><a href="javascript:x()">y</a></p>'
    alice.post(f"/acme/inbox/drafts/{row.uid}/", form(opened(alice, draft=row.uid), html=bad))
    with world.opened():
        html = Draft.objects.get().html
        assert "script" not in html and "onclick" not in html and "Hi" in html


def test_it_carries_files_and_says_when_one_is_too_big(world: World) -> None:
    with world.opened():
        row = make.draft(make.mailbox(world.alice), world.alice)
    alice = world.browser(world.alice)
    file = SimpleUploadedFile("../../Größe 1.txt", b"twelve bytes", "text/plain")
    uploaded = alice.post("/acme/inbox/uploads/", {"file": file}).json()
    write(alice, opened(alice, draft=row.uid), upload=[uploaded["uid"]])
    with world.opened():
        part = next(sent(Outgoing.objects.get()).iter_attachments())
        assert (part.get_filename(), part.get_content()) == ("Größe 1.txt", "twelve bytes")
    big = SimpleUploadedFile("film.mov", b"x" * 25_000_001)
    refused = alice.post("/acme/inbox/uploads/", {"file": big})
    assert refused.status_code == 413 and "25 MB" in refused.json()["errors"][0]["message"]


@pytest.mark.parametrize("state", ["failed", "unknown"])
def test_it_keeps_the_draft_of_a_mail_that_did_not_leave(world: World, state: str) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        draft = make.draft(box, world.alice, queued_at=NOW)
        out = make.outgoing(box, world.alice, draft=draft, state=state, error_code="send.content")
    alice = world.browser(world.alice)
    page = alice.get("/acme/inbox/outbox/")
    assert "Send it again" in page.text and "Back to drafts" in page.text
    part = alice.post(f"/acme/inbox/outbox/{out.uid}/", {"verb": "cancel"}, headers=HTMX)
    assert part.status_code == 200 and part.context["outgoing"] == []
    assert [d.subject for d in alice.get("/acme/inbox/drafts/").context["drafts"]] == ["Our offer"]


def test_it_believes_a_person_who_says_it_arrived(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        row = make.message(box)
        out = make.outgoing(box, world.alice, thread=row.thread, state="unknown")
    alice = world.browser(world.alice)
    alice.post(f"/acme/inbox/outbox/{out.uid}/", {"verb": "arrived"})
    with world.opened():
        out.refresh_from_db()
        assert out.state == "sent" and out.message is not None
        assert out.message.origin == "sent_here"
    stuck = alice.post(f"/acme/inbox/outbox/{out.uid}/", {"verb": "again"}, headers=JSON)
    assert stuck.status_code == 409


def test_it_remembers_who_got_a_blind_copy(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        row = make.message(box)
        draft = make.draft(box, world.alice, bcc=[["The Boss", "boss@acme.test"]], queued_at=NOW)
        out = make.outgoing(box, world.alice, draft=draft, state="unknown", thread=row.thread)
    alice = world.browser(world.alice)
    alice.post(f"/acme/inbox/outbox/{out.uid}/", {"verb": "arrived"})
    with world.opened():
        sent_here = Message.objects.get(origin="sent_here")
        assert "boss" not in blobs.data(sent_here.blob_id).decode()
        uid = sent_here.thread.uid
    text = alice.get(f"/acme/inbox/t/{uid}/").text
    assert "The Boss &lt;boss@acme.test&gt;" in text


def test_it_refuses_what_it_would_have_to_cut_off(world: World) -> None:
    with world.opened():
        row = make.draft(make.mailbox(world.alice), world.alice)
    alice = world.browser(world.alice)
    said = form(opened(alice, draft=row.uid), html="x" * 1_100_000)
    answer = alice.post(f"/acme/inbox/drafts/{row.uid}/", said)
    assert answer.status_code == 422 and answer.json()["errors"][0]["field"] == "html"


def test_it_says_who_did_not_get_a_mail_that_left(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        now = timezone.now()
        make.outgoing(box, world.alice, state="sent", sent_at=now, subject="All got it")
        make.outgoing(box, world.alice, state="sent", sent_at=now, error_text="bo@x.test")
    text = world.browser(world.alice).get("/acme/inbox/outbox/").text
    assert "The server took it, but not for bo@x.test." in text and "All got it" not in text


def test_it_sends_again_on_a_persons_word(world: World) -> None:
    with world.opened():
        out = make.outgoing(make.mailbox(world.alice), world.alice, state="unknown")
    alice = world.browser(world.alice)
    alice.post(f"/acme/inbox/outbox/{out.uid}/", {"verb": "again"})
    with world.opened():
        again = Outgoing.objects.get()
        assert (again.state, again.rfc_id) == ("queued", out.rfc_id)


def test_it_keeps_drafts_and_mailboxes_of_others_out_of_reach(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        row = make.message(box)
        draft = make.draft(box, world.alice)
        own = make.mailbox(world.bob)
        out = make.outgoing(box, world.alice)
    bob = world.browser(world.bob)
    path = f"/acme/inbox/drafts/{draft.uid}/"
    theirs = {"mailbox": str(box.uid), "kind": "new", "version": "1", "html": "x"}
    mine = theirs | {"mailbox": str(own.uid)}
    assert bob.post(path, mine).status_code == 404
    assert bob.post(f"{path}send/", mine).status_code == 404
    assert bob.delete(path).json() == {}
    assert bob.post(f"/acme/inbox/outbox/{out.uid}/", {"verb": "cancel"}).status_code == 404
    answers = {"answers": str(row.uid), "kind": "reply"}
    assert bob.get("/acme/inbox/composer/", answers, headers=HTMX).status_code == 404
    fresh = "/acme/inbox/drafts/00000000-0000-7000-8000-000000000001/"
    assert bob.post(fresh, theirs).status_code == 404
    with world.opened():
        assert Draft.objects.count() == 1 and Mailbox.objects.count() == 2
        assert Message.objects.count() == 1 and Outgoing.objects.get().state == "queued"
