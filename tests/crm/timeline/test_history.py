"""Notes, files and changes make one history of a record; what is private never shows in it."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from crm.contacts import actions as contacts
from crm.deals import actions as deals
from crm.fields.models import Visibility
from crm.timeline import departing, wording
from crm.timeline.actions import files, links, notes
from crm.timeline.models import Event, File, Note, Notice
from crm.timeline.queries import history
from crm.workspaces.tenancy import open_workspace
from tests import make
from tests.world import NOW, World

# What every link carries
AWAY = 'target="_blank" rel="noopener noreferrer nofollow"'


def _deal(world: World, **fields: Any) -> Any:
    with world.opened():
        return make.deal(make.pipeline()[0], owner=world.alice, **fields)


def test_it_writes_changes_pins_and_removes_a_note(world: World) -> None:
    deal = _deal(world)
    alice = world.browser(world.alice)
    place = f"/acme/history/deal/{deal.uid}/notes/"
    assert "fio-note" in alice.get(place + "?new=1").text
    told = alice.post(place, {"html": "<p>Raj wants <b>loggers</b><script>bad()</script></p>"})
    assert told.status_code == 200 and "Note saved" in told.headers["HX-Trigger"]
    page = alice.get(place).text
    assert "Raj wants <strong>loggers</strong></p>" in page and "bad()" not in page
    with world.opened():
        note = Note.objects.get()
    here = f"/acme/notes/{note.uid}/"
    alice.post(here, {"html": "<p>Raj wants two</p>", "version": "1"})
    assert alice.post(here, {"html": "<p>Never</p>", "version": "1"}).status_code == 409
    page = alice.get(place).text
    assert "Raj wants two" in page and "edited" in page
    assert "loggers" in alice.get(here + "versions/").text
    alice.post(here + "pin/")
    assert "data-pinned" in alice.get(place).text
    alice.post(here + "removal/")
    assert "Raj wants" not in alice.get(place).text
    alice.post(here + "removal/?not=1")
    assert "Raj wants two" in alice.get(place).text
    assert alice.post(place, {"html": "<p> </p>"}).status_code == 422


def test_it_tells_whoever_is_mentioned_and_may_read_it(world: World) -> None:
    deal = _deal(world)
    hidden = _deal(world, name="Secret", visibility=Visibility.OWNER)
    alice = world.browser(world.alice)
    text = {"html": "<p>@Bob Lindqvist, look at this. <i>@bob lindqvist</i></p>"}
    alice.post(f"/acme/history/deal/{deal.uid}/notes/", text)
    alice.post(f"/acme/history/deal/{hidden.uid}/notes/", text)
    page = world.browser(world.bob).get("/acme/notices/").text
    assert "Alice Moreira mentioned you in a note" in page and "Secret" not in page
    with world.opened():
        assert Notice.objects.get().member == world.bob
        assert '<span class="mention">@Bob Lindqvist</span>' in Note.objects.first().html


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("<p onclick=x>a</p>", "<p>a</p>"),
        ("<img src=x onerror=alert(1)>a", "a"),
        (
            '<a href="javascript:x">a</a>',
            '<a target="_blank" rel="noopener noreferrer nofollow">a</a>',
        ),
        ("<b><b><b>a", "<strong>a</strong>"),
        ("<p>a<p>b", "<p>ab</p>"),
        ("a < b & c", "a &lt; b &amp; c"),
        ('<span class="mention">a</span>', "a"),
    ],
)
def test_it_keeps_only_what_is_harmless(typed: str, kept: str) -> None:
    assert wording.clean(typed).html == kept


def test_it_reads_the_worst_nesting_at_once() -> None:
    worst = "<p>" + "<b><i><u>x" * 9000
    assert len(wording.clean(worst[:99_000]).text) > 1000
    with pytest.raises(wording.Unfit):
        wording.clean("x" * 100_001)


def test_it_keeps_files_and_hands_them_out_on_the_content_origin(world: World) -> None:
    deal = _deal(world)
    alice = world.browser(world.alice)
    place = f"/acme/history/deal/{deal.uid}/files/"
    sent = SimpleUploadedFile("offer.html", b"<script>x</script>", "text/html")
    assert "offer.html" in alice.post(place, {"file": sent}).text
    with world.opened():
        file = File.objects.get()
    away: Any = alice.get(f"/acme/files/{file.uid}/")
    assert away.status_code == 302 and away.url.startswith("http://127.0.0.1:8000/content/files/")
    outside = Client(SERVER_NAME="127.0.0.1", SERVER_PORT="8000")
    got = outside.get(away.url.removeprefix("http://127.0.0.1:8000"))
    assert got.content == b"<script>x</script>" and not got.cookies
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert got.headers["Content-Type"] == "application/octet-stream"
    assert "sandbox" in got.headers["Content-Security-Policy"]
    assert outside.get("/content/files/not-ours/x").status_code == 410
    with world.opened():
        deal.visibility = Visibility.OWNER
        deal.save()
    bob = world.browser(world.bob)
    assert bob.get(f"/acme/files/{file.uid}/").status_code == 404
    alice.post(f"/acme/files/{file.uid}/removal/")
    assert outside.get(away.url.removeprefix("http://127.0.0.1:8000")).status_code == 404


def test_it_refuses_a_file_that_is_too_big(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    deal = _deal(world)
    monkeypatch.setattr(files, "LIMIT", 10)
    place = f"/acme/history/deal/{deal.uid}/files/"
    sent = SimpleUploadedFile("big.pdf", b"x" * 11)
    page = world.browser(world.alice).post(place, {"file": sent})
    assert page.status_code == 422 and "up to 25 MB" in page.text
    with world.opened():
        assert not File.objects.exists()


def test_it_tells_one_history_of_changes_notes_and_activities(world: World) -> None:
    with world.opened():
        stages = make.pipeline()
        person = make.person("Owen Castell", owner=world.alice)
        deal = deals.create_deal(
            name="Brightmoor",
            stage=stages[0],
            currency="EUR",
            values={"person": person},
            by=world.alice,
            at=NOW,
        )
        deals.move_deal(deal=deal, to=stages[1], by=world.bob, at=NOW + timedelta(minutes=1))
        deals.change_deal(
            deal=deal, values={"value": 500}, by=world.bob, at=NOW + timedelta(minutes=2)
        )
        notes.write_note(html="A word", about=[deal], by=world.bob, at=NOW + timedelta(minutes=3))
    alice = world.browser(world.alice)
    page = alice.get(f"/acme/history/deal/{deal.uid}/").text
    assert page.index("wrote a note") < page.index("500") < page.index("moved")
    assert "<del>Qualified</del> → <ins>Pilot</ins>" in page and "<b>You</b> added" in page
    only = alice.get(f"/acme/history/deal/{deal.uid}/?show=notes").text
    assert "A word" in only and "moved" not in only
    of_person = alice.get(f"/acme/history/person/{person.uid}/").text
    assert "Brightmoor" in of_person and "A word" not in of_person
    assert alice.get(f"/acme/deals/{deal.uid}/").text.count('id="tab-') == 5


def test_it_never_shows_what_is_private(world: World) -> None:
    with world.opened():
        person = make.person("Owen Castell", owner=world.bob)
        deals.create_deal(
            name="Secret",
            stage=make.pipeline()[0],
            currency="EUR",
            values={"person": person, "visibility": Visibility.OWNER},
            by=world.alice,
            at=NOW,
        )
    assert "Secret" in world.browser(world.alice).get(f"/acme/history/person/{person.uid}/").text
    page = world.browser(world.bob).get(f"/acme/history/person/{person.uid}/")
    assert page.status_code == 200 and "Secret" not in page.text
    stranger = world.browser(world.charlie)
    assert stranger.get(f"/acme/history/person/{person.uid}/").status_code == 404
    assert stranger.get(f"/globex/history/person/{person.uid}/").status_code == 404


def test_it_walks_a_long_history_with_constant_queries(world: World) -> None:
    deal = _deal(world)
    with world.opened():
        notes.write_note(html="first", about=[deal], by=world.alice, at=NOW)
        with CaptureQueriesContext(connections["default"]) as few:
            history.history(world.bob, deal)
        for n in range(60):
            at = NOW + timedelta(minutes=n)
            deals.change_deal(deal=deal, values={"value": n + 1}, by=world.bob, at=at)
            notes.write_note(html=f"note {n}", about=[deal], by=world.bob, at=at)
        with CaptureQueriesContext(connections["default"]) as many:
            first = history.history(world.bob, deal)
        assert len(many) <= len(few) + 2
        seen = [entry.event and entry.event.pk for entry in first.entries]
        after = first.after
        while after:
            page = history.history(world.bob, deal, after=after)
            seen += [entry.event and entry.event.pk for entry in page.entries]
            after = page.after
        assert len(seen) == len(set(seen)) == 121


def test_it_hands_a_history_over_and_back(world: World) -> None:
    with world.opened():
        one, two = make.person("Owen"), make.person("Owen C.")
        both = notes.write_note(html="both", about=[one, two], by=world.alice, at=NOW)
        notes.write_note(html="one", about=[one], by=world.alice, at=NOW)
        contacts.change_person(person=one, values={"title": "CFO"}, by=world.alice, at=NOW)
        moved = links.move(source=one, target=two)
        assert {note.text for note in Note.objects.all().of(two)} == {"both", "one"}
        assert not Note.objects.all().of(one).exists()
        assert Event.objects.filter(about__kind="person", about__object_id=one.pk).count() == 0
        links.move_back(source=one, target=two, moved=moved)
        assert {note.text for note in Note.objects.all().of(one)} == {"both", "one"}
        assert list(Note.objects.all().of(two)) == [both]


def test_it_hands_files_over_with_the_workspace(world: World) -> None:
    with world.opened():
        about = [make.person("Owen")]
        sent = SimpleUploadedFile("offer.pdf", b"%PDF")
        files.add_file(file=sent, content_type="a/b", about=about, by=world.alice, at=NOW)
    with open_workspace(world.acme.pk):
        (paper,) = departing.papers()
        assert paper.path.endswith("/offer.pdf") and paper.read() == b"%PDF"
    with world.opened():
        assert departing.count() == 1
