"""Templates, fields, snippets and signatures: said once, and never sent with braces."""

from typing import Any

from crm.fields.models import Field
from inbox.mime import clean, placeholders
from inbox.models import Draft, Outgoing, Template, ThreadLink
from tests import make
from tests.inbox.test_compose import HTMX, form, opened, sent, write
from tests.world import World

PICTURE = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


def plain(mail: Any) -> str:
    return str(mail.get_body(("plain",)).get_content()).replace("\r\n", "\n")


def templated(**more: Any) -> dict[str, Any]:
    return {"name": "First answer", "folder": "Enquiries", "html": "<p>Hello</p>"} | more


def test_it_fills_fields_for_the_reader_and_holds_what_is_empty(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice, name="Alice Moreira")
        row = make.message(box, subject="Price list")
        Field.objects.create(kind="deal", key="site_contact", name="Site contact", type="text")
        acme = make.organization("Northwind & Sons", owner=world.alice)
        dana = make.person("Dana Whitfield", "dana@northwind.test", owner=world.alice)
        dana.organization = acme
        dana.save()
        stages = make.pipeline("Sales")
        deal = make.deal(stages[0], "14 depots", owner=world.alice, value="48600", currency="GBP")
        link: dict[str, Any] = {"kind": "deal", "object_id": deal.pk, "source": "manual"}
        ThreadLink.objects.create(thread=row.thread, **link)
        secret = make.deal(stages[0], "Hidden", owner=world.bob, visibility="owner", person=dana)
    alice = world.browser(world.alice)
    composer = opened(alice, answers=row.uid, kind="reply")
    html = (
        '<p>Hello {{ person.first_name | "there" }} of {{organization.name}},</p>'
        '<p>{{ deal.value }} for <a href="https://x.test/?who={{ person.name }}">you</a>. '
        '<span class="fio_field">{{ deal.site_contact }}</span> {{ lead.name | "No lead" }}</p>'
    )
    refused = write(alice, composer, html=html)
    assert refused.status_code == 422
    [problem] = refused.json()["errors"]
    assert problem["field"] == "html" and "Site contact" in problem["message"]
    with world.opened():
        assert not Outgoing.objects.exists()
        deal.custom = {"site_contact": "<b>Rui</b>"}
        deal.save()
    composer = opened(alice, draft=composer.uid)
    assert write(alice, composer).status_code == 200
    with world.opened():
        mail = sent(Outgoing.objects.get())
        said = mail.get_body(("html",)).get_content()
        assert "Hello Dana of Northwind &amp; Sons," in said and "£48,600.00" in said
        assert "who=Dana%20Whitfield" in said and "No lead" in said
        assert "&lt;b&gt;Rui&lt;/b&gt;" in said and "fio_field" not in said
        assert "{{" not in mail.get_body(("plain",)).get_content()
        assert "{{ deal.site_contact }}" in Draft.objects.get().html
        assert secret.name not in said
    aids = alice.get(f"/acme/inbox/aids/?to={composer.to}&answers={row.uid}").json()
    values = {field["name"]: field["value"] for field in aids["fields"]}
    assert values["deal.site_contact"] == "<b>Rui</b>" and values["sender.name"] == "Alice Moreira"
    for bad in ("{{ person.password }}", "{{ 7*7 }}", "{{ person }}"):
        composer = opened(alice, answers=row.uid, kind="reply_all")
        answer = write(alice, composer, html=f"<p>{bad}</p>")
        assert answer.status_code == 422 and "There is no field" in answer.text


def test_it_fills_no_field_that_the_sender_of_a_mail_wrote(world: World) -> None:
    asking = "Your {{ deal.value }},  {{ person.x }} and {{  deal.name }}"
    with world.opened():
        row = make.message(make.mailbox(world.alice), subject=asking)
        deal = make.deal(make.pipeline()[0], "14 depots", value="48600")
        make.linked(row.thread, deal)
    alice, api = world.browser(world.alice), world.api(world.alice)
    for kind in ("reply", "forward"):
        composer = opened(alice, answers=row.uid, kind=kind)
        subject = composer.subject + ' for {{ deal.value | "much" }}'
        answer = write(alice, composer, subject=subject, to="d@x.test", html="<p>{{deal.name}}</p>")
        assert answer.status_code == 200, answer.text
    begun = api.post("drafts/answer/", {"message": str(row.uid), "kind": "reply_all"}).json()
    assert api.post(f"drafts/{begun['id']}/send/").status_code == 202
    with world.opened():
        replied, passed, told = Outgoing.objects.order_by("pk")
        said = "Your {{ deal.value }}, {{ person.x }} and {{ deal.name }}"
        assert sent(replied)["Subject"] == f"Re: {said} for €48,600.00"
        assert sent(passed)["Subject"] == f"Fwd: {said} for €48,600.00"
        assert sent(told)["Subject"] == f"Re: {said}"
        assert "14 depots" in plain(sent(replied))
        gone = make.draft(row.mailbox, world.alice, kind="reply", subject=f"Re: {asking}")
    assert api.post(f"drafts/{gone.uid}/send/").status_code == 202
    with world.opened():
        assert "48,600" not in sent(Outgoing.objects.latest("pk"))["Subject"]


def test_it_reads_fields_and_nothing_else() -> None:
    known = {"person.name": "Ana", "person.title": ""}.get
    assert placeholders.fill("Hi {{person.name}}!", known).text == "Hi Ana!"
    empty = placeholders.fill("{{ person.title }}", known)
    assert empty.text == "{{ person.title }}" and empty.empty[0].name == "person.title"
    assert placeholders.fill("{{ person.title | “you” }}", known).text == "you"
    for wrong in ("{{ person.__class__ }}", "{{ person.name.upper }}", "{% now %} {{ x }}"):
        assert placeholders.fill(wrong, known).unknown
    html = '<p title="a > b">{{ person.name | &quot;x&quot; }}</p>'
    assert placeholders.fill_html(html, known).text == '<p title="a > b">Ana</p>'


def test_it_never_takes_what_stands_in_braces_for_markup(world: World) -> None:
    """What a colleague wrote between braces is shown as he wrote it, in words and in addresses."""
    hidden = "{{ &lt;form action=https://evil.example&gt;&lt;input name=password&gt; }}"
    broken = '<a href="https://x.test/{{ &quot; onclick=&quot;alert(1) }}">there</a>'
    for unfilled in (hidden, hidden.replace("{{ ", "{{ person.name "), broken):
        filled = placeholders.fill_html(f"<p>{unfilled}</p>", lambda _name: "")
        assert filled.text == f"<p>{unfilled}</p>" and filled.unknown
    words = {"subject": "Hi", "html": f"<p>{hidden}</p>{broken}", "to": "ana@santos.test"}
    shown = world.browser(world.alice).post("/acme/inbox/templates/preview/", words).text
    assert "<form action" not in shown and 'onclick="alert' not in shown
    assert "There is no field {{ &lt;form" in shown


def test_it_shows_a_template_for_a_real_record(world: World) -> None:
    """A deal fills its own fields and those of its person; one that is not seen fills none."""
    with world.opened():
        stages = make.pipeline("Sales")
        dana = make.person("Dana Whitfield", "dana@northwind.test", owner=world.alice)
        deal = make.deal(stages[0], "14 depots", owner=world.alice, person=dana)
        hidden = make.deal(stages[0], "Secret", owner=world.alice, visibility="owner")
    words = {"subject": "On {{ deal.name }}", "html": "<p>{{ person.first_name }}, hello</p>"}
    alice, path = world.browser(world.alice), "/acme/inbox/templates/preview/"
    shown = alice.post(path, words | {"about": f"deal:{deal.uid}"}).text
    assert "On 14 depots" in shown and "Dana, hello" in shown
    shown = world.browser(world.bob).post(path, words | {"about": f"deal:{hidden.uid}"}).text
    assert "Secret" not in shown and "On [Deal: Title]" in shown


def test_it_keeps_templates_for_oneself_or_for_all(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        upload = make.upload(world.alice)
        make.person("Dana Whitfield", "dana@northwind.test", owner=world.alice)
        draft = make.draft(box, world.alice, html="<p>Kept words</p>")
    alice, bob = world.browser(world.alice), world.browser(world.bob)
    said = templated(shortcut=";hi", is_shared="on", upload=[str(upload.uid)])
    assert alice.post("/acme/inbox/templates/new/", said).status_code == 302
    assert alice.post("/acme/inbox/templates/new/", said).status_code == 422
    assert alice.post("/acme/inbox/templates/new/", templated(name="Mine")).status_code == 302
    prefilled = alice.get("/acme/inbox/templates/new/", {"draft": str(draft.uid)})
    assert "Kept words" in prefilled.context["form"].initial["html"]
    names = [row.name for row in alice.get("/acme/inbox/templates/").context["templates"]]
    assert names == ["First answer", "Mine"]
    [row] = bob.get("/acme/inbox/templates/").context["templates"]
    assert not row.may_change
    path = f"/acme/inbox/templates/{row.uid}/"
    assert bob.post(path, templated(name="Taken over")).status_code == 404
    used = bob.get(f"{path}use/").json()
    assert used["html"] == "<p>Hello</p>" and used["files"][0]["uid"] == str(upload.uid)
    # A shortcut brings what picking it brings
    aids = bob.get("/acme/inbox/aids/").json()
    assert aids["snippets"] == {"hi": "<p>Hello</p>"}
    assert {"html": "<p>Hello</p>"} | aids["brought"]["hi"] == used
    found = bob.get("/acme/inbox/templates/choices/?q=enq", headers=HTMX).text
    assert "First answer" in found and "Mine" not in found
    words = {"html": "<p>{{ person.first_name }} {{ deal.name }}</p>", "to": "dana@northwind.test"}
    shown = alice.post("/acme/inbox/templates/preview/", words)
    assert "Dana" in shown.text and "Deal: Title is empty" in shown.text
    # By its name where it would stand, and never as what one types
    assert '<span class="field-chip" data-state="empty">[Deal: Title]</span>' in shown.text
    words = {
        "subject": "On {{ deal.name }}",
        "html": '<p><a href="https://x.test/{{ deal.name }}">it</a></p>',
        "to": "dana@northwind.test",
    }
    shown = alice.post("/acme/inbox/templates/preview/", words)
    assert "On [Deal: Title]" in shown.text and shown.text.count("field-chip") == 0
    with world.opened():
        order = [str(each.uid) for each in Template.objects.order_by("-position")]
    alice.post("/acme/inbox/templates/order/", {"uid": order})
    names = [row.name for row in alice.get("/acme/inbox/templates/").context["templates"]]
    assert names == ["Mine", "First answer"]
    assert alice.post(f"{path}removal/").status_code == 204
    assert bob.get(path).status_code == 404
    assert alice.post(f"{path}removal/?not=1").status_code == 204
    assert bob.get(path).status_code == 200
    assert world.browser(world.charlie).get("/globex/inbox/templates/").context["templates"] == []


def test_it_signs_below_what_is_written_and_above_what_is_quoted(world: World) -> None:
    with world.opened():
        team = make.team_mailbox(world.alice, world.bob)
        picture = make.upload(world.alice, "mark.png", PICTURE)
        Template.objects.all().delete()
        row = make.message(team)
    alice, bob = world.browser(world.alice), world.browser(world.bob)
    path = f"/acme/inbox/mailboxes/{team.uid}/signature/"
    html = f'<p>{{{{ sender.name }}}}<img src="cid:{picture.uid}@inline" alt="Acme"></p>'
    assert alice.post(path, {"html": html}).status_code == 302
    composer = opened(bob, answers=row.uid, kind="reply")
    assert composer.html.startswith('<p></p><div class="fio_signature">')
    shown = bob.get(f"/acme/inbox/upload/{picture.uid}/")
    assert shown.status_code == 302
    words = composer.html.replace("<p></p>", "<p>Yes.</p>")
    assert clean.outgoing(clean.clean_html(words)) == words
    assert write(bob, composer, html=words).status_code == 200
    with world.opened():
        mail = sent(Outgoing.objects.get())
        text = plain(mail)
        assert text.index("Yes.") < text.index("\n-- \nBob Lindqvist") < text.index("price list?")
        html_part = mail.get_body(("related", "html"))
        assert f"<{picture.uid}@inline>" in mail.as_string()
        assert "Bob Lindqvist" in html_part.as_string() and not list(mail.iter_attachments())
    assert world.browser(world.charlie).get(f"/globex/inbox/mailboxes/{team.uid}/signature/")


def test_it_does_the_same_for_programs(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        bobs = make.mailbox(world.bob)
    api = world.api(world.alice)
    made = api.post("mail_templates/", {"name": "Hello", "html": "<p>Hi</p>", "shortcut": "hi"})
    assert made.status_code == 201
    path = f"mail_templates/{made.json()['id']}/"
    assert api.patch(path, {"is_shared": True}).json()["html"] == "<p>Hi</p>"
    other = world.api(world.bob)
    assert other.patch(path, {"name": "x"}).status_code == 403
    assert other.get("mail_templates/").json()["results"][0]["name"] == "Hello"
    again = {"name": "Two", "shortcut": "HI"}
    assert api.post("mail_templates/", again).status_code == 400
    assert api.delete(path).status_code == 204
    signature = f"mailboxes/{box.uid}/signature/"
    assert api.patch(signature, {"html": "<p>Alice, Acme</p>"}).status_code == 200
    assert api.get(signature).json() == {"html": "<p>Alice, Acme</p>"}
    assert api.get(f"mailboxes/{bobs.uid}/signature/").status_code == 404
    letter = {"mailbox": str(box.uid), "to": ["dana@northwind.test"], "text": "Hello Dana"}
    assert api.post("outbox/", letter | {"signature": True}).status_code == 201
    assert api.post("outbox/", letter | {"text": "Hi {{ deal.name }}"}).status_code == 400
    with world.opened():
        text = plain(sent(Outgoing.objects.get()))
        assert text.startswith("Hello Dana\n\n-- \nAlice, Acme")
    held = api.post("drafts/", letter)
    later = {"send_at": "2027-01-04T08:00:00Z", "unless_answered": True}
    queued = api.post(f"drafts/{held.json()['id']}/send/", later).json()
    moved = api.patch(f"outbox/{queued['outbox']}/", {"send_at": "2027-01-05T08:00:00Z"}).json()
    assert moved["send_at"].startswith("2027-01-05T08:00") and moved["unless_answered"]
    assert api.post(f"outbox/{queued['outbox']}/cancel/").json()["state"] == "cancelled"


def test_it_saves_a_draft_with_its_pictures(world: World) -> None:
    with world.opened():
        make.mailbox(world.alice)
        picture = make.upload(world.alice, "a.png", PICTURE)
        foreign = make.upload(world.bob, "b.png", PICTURE)
    alice = world.browser(world.alice)
    composer = alice.get("/acme/inbox/compose/?to=dana@northwind.test").context["composer"]
    images = "".join(f'<img src="cid:{up.uid}@inline">' for up in (picture, foreign))
    alice.post(f"/acme/inbox/drafts/{composer.uid}/", form(composer, html=f"<p>{images}</p>"))
    with world.opened():
        kept = [row.upload_id for row in Draft.objects.get().files.all()]
        assert kept == [picture.pk]
    assert opened(alice, draft=composer.uid).files == []
    assert alice.get(f"/acme/inbox/upload/{foreign.uid}/").status_code == 404
