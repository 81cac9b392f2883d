"""What one should know before a mail leaves, and how it is passed; and what is put on it."""

from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from crm.timeline.actions import files
from inbox.mime import trackers
from inbox.models import Message, Outgoing, ThreadLink
from tests import make
from tests.inbox.test_compose import HTMX, form, opened, sent, write
from tests.world import NOW, World

DANA, PEDRO = "Dana <dana@northwind.test>", "Pedro <pedro@northwind.test>"


def asked(browser: Client, composer: Any, **more: Any) -> list[str]:
    """What the server asks before it sends."""
    answer = write(browser, composer, html="<p>Hello</p>", **more)
    assert answer.status_code == 422, answer.text
    return [doubt["message"] for doubt in answer.json()["doubts"]]


def test_it_says_nothing_of_people_whom_the_writer_does_not_see(world: World) -> None:
    lately = timezone.now() - timedelta(days=1)
    with world.opened():
        firm = make.organization("Northwind", domains=["northwind.test"])
        deal = make.deal(make.pipeline()[0], "14 depots", organization=firm)
        row = make.message(make.mailbox(world.bob), sender=DANA)
        make.linked(row.thread, deal)
        team = make.team_mailbox(world.alice, world.bob)
        out: dict[str, Any] = {"received_at": lately, "place": "Sent", "to": ["rui@else.test"]}
        make.message(team, sender="Alice Moreira <sales@acme.test>", **out)
    bob = world.browser(world.bob)
    before = asked(bob, opened(bob, answers=row.uid, kind="reply"), to="eva@else.test")
    assert [text.split(" ")[0] for text in before] == ["else.test"]
    with world.opened():
        for name in ("eva", "rui"):
            who = make.person(name, f"{name}@else.test", owner=world.alice, organization=firm)
            type(who).objects.filter(pk=who.pk).update(visibility="owner")
    composer = opened(bob, answers=row.uid, kind="reply")
    assert asked(bob, composer, to="eva@else.test") == before
    with world.opened():
        type(who).objects.update(visibility="everyone")
    (said,) = asked(bob, opened(bob, answers=row.uid, kind="reply"), to="eva@else.test")
    assert said.startswith("Alice Moreira wrote to rui@else.test")


def test_it_asks_once_about_what_the_writer_may_know(world: World) -> None:
    lately = timezone.now() - timedelta(days=1)
    out: dict[str, Any] = {"direction": "out", "received_at": lately, "place": "Sent"}
    with world.opened():
        box = make.mailbox(world.alice)
        row = make.message(box, sender=DANA, subject="Price list")
        letter = make.message(box, sender="Alice <alice@acme.test>", to=[DANA], **out)
        report = make.message(box, within=letter.thread, sender="daemon@acme.test", kind="bounce")
        failed = {"recipients": [{"address": "dana@northwind.test", "status": "5.1.1"}]}
        Message.objects.filter(pk=report.pk).update(bounce=failed)
        northwind = make.organization("Northwind", owner=world.alice, domains=["northwind.test"])
        pedro = make.person("Pedro", "pedro@northwind.test", owner=world.alice)
        dana = make.person("Dana", "dana@northwind.test", owner=world.alice)
        for person in (pedro, dana):
            person.organization = northwind
            person.save()
        stages = make.pipeline("Sales")
        deal = make.deal(stages[0], "14 depots", owner=world.alice, organization=northwind)
        link: dict[str, Any] = {"kind": "deal", "object_id": deal.pk, "source": "manual"}
        ThreadLink.objects.create(thread=row.thread, **link)
        team = make.team_mailbox(world.alice, world.bob)
        make.message(team, sender="Bob Lindqvist <sales@acme.test>", to=[PEDRO], **out)
        private = make.mailbox(world.bob)
        make.message(private, sender="Secret <bob@acme.test>", to=[DANA], **out)
    alice = world.browser(world.alice)
    composer = opened(alice, answers=row.uid, kind="reply")
    both = f"{composer.to}, rui@else.test"
    said = asked(alice, composer, to=both)
    assert [text.split(" ")[0] for text in said] == ["Mail", "else.test", "Bob"]
    assert "Secret" not in "".join(said) and "14 depots" in said[1]
    composer = opened(alice, draft=composer.uid)
    draft = composer.uid
    answer = alice.post(f"/acme/inbox/drafts/{draft}/send/", form(composer))
    codes = [doubt["code"] for doubt in answer.json()["doubts"]]
    with world.opened():
        assert not Outgoing.objects.exists()
    found = world.api(world.alice).get(f"drafts/{draft}/doubts/").json()["doubts"]
    assert [each["code"] for each in found] == codes
    passed = form(composer) | {"passed": codes}
    assert alice.post(f"/acme/inbox/drafts/{draft}/send/", passed).status_code == 200


def test_it_knows_the_deal_that_a_mail_was_begun_from(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        northwind = make.organization("Northwind", owner=world.alice, domains=["northwind.test"])
        stage = make.pipeline("Sales")[0]
        deal = make.deal(stage, "14 depots", owner=world.alice, organization=northwind)
        hidden = make.deal(stage, "Hidden", owner=world.bob, visibility="owner")
        draft = make.draft(box, world.alice, to=[["", "rui@else.test"]], about=[["deal", deal.pk]])
    alice, bob = world.browser(world.alice), world.browser(world.bob)
    said = asked(alice, opened(alice, draft=draft.uid), to="rui@else.test")
    assert said == ["else.test is not Northwind, whose deal “14 depots” this is about."]

    def named(browser: Client, about: str) -> str:
        fields = browser.get("/acme/inbox/aids/", {"about": about}).json()["fields"]
        return next(field["value"] for field in fields if field["name"] == "deal.name")

    assert named(alice, f"deal:{deal.uid}") == "14 depots"
    assert named(bob, f"deal:{hidden.uid}") == "Hidden"
    for about in ("deal:x", "nothing", f"person:{deal.uid}"):
        assert named(alice, about) == ""


def test_it_asks_before_an_answer_goes_to_many(world: World) -> None:
    many = [f"p{n}@northwind.test" for n in range(10)]
    with world.opened():
        row = make.message(make.mailbox(world.alice), to=["alice@acme.test", *many])
    alice = world.browser(world.alice)
    composer = opened(alice, answers=row.uid, kind="reply_all")
    assert asked(alice, composer) == ["This answer goes to 11 people."]


def test_it_puts_a_file_of_a_record_on_a_mail(world: World) -> None:
    with world.opened():
        row = make.message(make.mailbox(world.alice), sender=DANA)
        dana = make.person("Dana", "dana@northwind.test", owner=world.alice)
        hidden = make.person("Eva", "eva@x.test", owner=world.bob, visibility="owner")
        names = []
        for person in (dana, hidden):
            file = SimpleUploadedFile(f"{person.name}.pdf", b"%PDF")
            one = files.add_file(
                file=file, content_type="application/pdf", about=[person], by=world.bob, at=NOW
            )
            names.append(one.uid)
    bob = world.browser(world.bob)
    assert bob.post(f"/acme/inbox/record-files/{names[0]}/").json()["filename"] == "Dana.pdf"
    alice = world.browser(world.alice)
    composer = opened(alice, answers=row.uid, kind="reply")
    asked_for = {"to": composer.to, "answers": str(row.uid)}
    menu = alice.get("/acme/inbox/record-files/", asked_for, headers=HTMX).text
    assert "Dana.pdf" in menu
    upload = alice.post(f"/acme/inbox/record-files/{names[0]}/").json()
    write(alice, composer, html="<p>Here.</p>", upload=[upload["uid"]])
    assert opened(alice, draft=composer.uid).files[0].filename == "Dana.pdf"


def test_it_passes_no_trackers_on(world: World) -> None:
    pixel = '<img src="https://t.test/o.gif" width="1" height="1">'
    raw_html = f'<p>Hello<img src="https://x.test/a.png" width="200">{pixel}</p>'
    with world.opened():
        row = make.message(make.mailbox(world.alice), html=raw_html)
    alice = world.browser(world.alice)
    composer = opened(alice, answers=row.uid, kind="reply")
    answer = write(alice, composer, html=f"<p>Thanks {pixel}</p>")
    assert answer.status_code == 200
    with world.opened():
        whole = sent(Outgoing.objects.get()).get_body(("html",)).get_content()
    assert "a.png" in whole and "o.gif" not in whole
    hidden = '<img data-src="https://t.test/p" style="display:none">'
    assert trackers.without_pixels(f'{hidden}<img data-cid="x" width="1">') == (
        '<img data-cid="x" width="1">'
    )
