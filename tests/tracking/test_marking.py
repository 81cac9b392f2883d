"""A mail leaves with what its writer chose to have tracked, and with nothing else."""

import re

from inbox.actions import answering, compose
from inbox.mime import parse, plain
from inbox.models import Draft, MailboxThread, Message, Outgoing
from inbox.queries import blobs, ours
from tests import make
from tests.tracking import sent
from tests.world import NOW, World
from tracking import rewrite
from tracking.actions import marking
from tracking.models import Trace


def test_it_leaves_mail_without_tracking_as_it_is(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        made = sent.send(box, world.alice, opens=False, clicks=False)
        assert made.left == made.kept
        assert not Trace.objects.exists()
        assert not MailboxThread.objects.get().is_tracked and not made.message.is_tracked


def test_it_changes_the_writers_html_alone(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        theirs = make.message(box, html='<p>See <a href="https://northwind.test/">us</a></p>')
        upload = make.upload(world.alice, "offer.html")
        draft = make.draft(box, world.alice)
        compose.save(
            draft=draft,
            version=1,
            content=compose.Content(
                mailbox=box,
                to=[["Dana", "dana@northwind.test"]],
                subject="Ünser offer",
                html=sent.HTML,
                uploads=[upload.uid],
                tracks_opens=True,
                tracks_clicks=True,
            ),
            by=world.alice,
            at=NOW,
        )
        Draft.objects.filter(pk=draft.pk).update(answers=theirs, kind="reply")
        draft.refresh_from_db()
        item = compose.queue_message(draft=draft, by=world.alice, at=NOW)
        kept = blobs.data(item.blob_id)
        left = marking.marked(outgoing=item, raw=kept, at=NOW)
        again = marking.marked(outgoing=Outgoing.objects.get(pk=item.pk), raw=kept, at=NOW)
        assert left == again
        before, after = parse.parse(kept), parse.parse(left)
        assert kept.split(b"\r\n\r\n")[0] == left.split(b"\r\n\r\n")[0]
        assert (after.message_id, after.text) == (before.message_id, before.text)
        assert [a.sha256 for a in after.attachments] == [a.sha256 for a in before.attachments]
        own, _mark, quoted = rewrite.said(left).partition(rewrite.QUOTE)
        assert quoted == rewrite.said(kept).partition(rewrite.QUOTE)[2]
        assert "https://northwind.test/" in quoted
        assert "acme.test/offer" not in own and "mailto:alice@acme.test" in own
        tokens = re.findall(r"/t/([0-9A-Za-z]+)", own)
        assert [len(token) for token in tokens] == [22] * 4
        rows = Trace.objects.order_by("position").values_list("kind", "target", "token")
        assert [(kind, target) for kind, target, _token in rows] == [
            ("open", ""),
            ("click", "https://acme.test/offer?a=1&b=2"),
            ("click", "https://acme.test/terms"),
            ("click", "https://acme.test/map"),
        ]
        assert {token for _kind, _target, token in rows} == set(tokens)


def test_it_changes_no_byte_but_what_it_is_asked_to(world: World) -> None:
    with world.opened():
        for html in (sent.HTML, "<p>Grüße, é</p>", f"<p>{'x' * 2000}</p>", "<p>Ω語 ж</p>"):
            raw = make.raw(html=html, files=[("a.html", "text/html", b"<a href='https://x.test'>")])
            assert rewrite.marked(raw, links={}) == raw
    bare = make.raw(text="No HTML here: https://acme.test/\n")
    assert rewrite.said(bare) == ""
    assert rewrite.marked(bare, pixel="https://fio.test/t/x.gif", links={}) == bare


def test_it_tracks_only_what_was_chosen_and_leads_to_the_web_alone(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        opened = sent.send(box, world.alice, clicks=False)
        assert opened.pixel and not opened.links
        followed = sent.send(box, world.alice, opens=False)
        assert not followed.pixel and len(followed.links) == 3
        odd = "".join(
            f'<a href="{href}">x</a>'
            for href in ("ftp://x.test/", "javascript:hurt()", "https://", "tel:+1", "#a")
        )
        nothing = sent.send(box, world.alice, opens=False, html=f"<p>{odd}</p>")
        assert nothing.left == nothing.kept and not nothing.message.is_tracked


def test_it_tells_of_a_mail_that_only_a_person_knows_to_have_arrived(world: World) -> None:
    with world.opened():
        said = {"html": sent.HTML, "tracks_opens": True}
        draft = make.draft(make.mailbox(world.alice), world.alice, **said)
        item = compose.queue_message(draft=draft, by=world.alice, at=NOW)
        left = marking.marked(outgoing=item, raw=blobs.data(item.blob_id), at=NOW)
        Outgoing.objects.update(state="unknown", sending_at=NOW)
    alice = world.browser(world.alice)
    said_so = alice.post(f"/acme/inbox/outbox/{item.uid}/", {"verb": "arrived"})
    assert said_so.status_code == 200
    [(token, _end)] = sent.LINK.findall(str(parse.parse(left).clean_html))
    sent.ask(f"/t/{token}.gif")
    with world.opened():
        message = Message.objects.get(direction="out")
        assert message.is_tracked and MailboxThread.objects.get().is_tracked
        [told] = ours.told([message.pk])[message.pk]
        assert (told.kind, told.who, told.count) == ("open", "human", 1)


def test_it_shows_and_keeps_the_mail_without_them(world: World) -> None:
    with world.opened():
        made = sent.send(make.mailbox(world.alice), world.alice)
    alice = world.browser(world.alice)
    shown = alice.get(f"/acme/inbox/m/{made.message.uid}/body/?images=1").text
    assert "acme.test/offer" in shown and not sent.LINK.search(shown)
    raw = alice.get(f"/acme/inbox/m/{made.message.uid}/raw/").text
    assert "acme.test/terms" in raw and not sent.LINK.search(raw)


def test_it_drops_the_pixel_and_straightens_links_where_the_mail_comes_back(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        made = sent.send(box, world.alice)
        back = make.message(box, html=f"<p>Yes</p><blockquote>{made.html}</blockquote>")
        for kind in ("reply", "forward"):
            quote = answering.quote(back, kind)
            assert "/t/" not in quote.clean_html
            assert 'href="https://acme.test/offer?a=1&amp;b=2"' in quote.clean_html
        pasted = compose.harmless(made.html.replace('width="1" height="1"', 'width="90"'))
        assert "/t/" not in pasted and "https://acme.test/terms" in pasted
        quoted = make.message(box, text=plain.from_html(made.html))
        assert "/t/" not in answering.quote(quoted, "reply").text
    with world.opened(world.globex):
        # Another workspace cannot ask where links of this one lead
        assert "acme.test/offer" not in compose.harmless(made.html)
