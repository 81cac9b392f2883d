"""Mail that leaves later: when people mean, and not at all once it was answered."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.test import Client
from django.utils import timezone

from crm.timeline.models import Notice
from inbox.models import Draft, Message, Outgoing
from inbox.queries import moments
from tests import make
from tests.inbox import post
from tests.inbox.test_compose import HTMX, JSON, form, opened, sent
from tests.world import World

FRIDAY = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def planned(browser: Client, row: Message, **more: Any) -> Any:
    """An answer written and sent for later; what the server says of it."""
    composer = opened(browser, answers=row.uid, kind="reply")
    said = form(composer, html="<p>Any news?</p>")
    said |= browser.post(f"/acme/inbox/drafts/{composer.uid}/", said).json()
    said |= {"unless_answered": "1"} | more
    return browser.post(f"/acme/inbox/drafts/{composer.uid}/send/", said)


def said_by(answer: Any) -> dict[str, Any]:
    """What the page says of it in a toast."""
    said: dict[str, Any] = json.loads(answer.headers["HX-Trigger"])["fio:said"]
    return said


def test_it_waits_for_the_time_that_was_chosen_and_can_be_moved(world: World) -> None:
    with world.opened():
        row = make.message(make.mailbox(world.alice), subject="Price list")
    alice = world.browser(world.alice)
    monday = (timezone.now() + timedelta(days=3)).replace(microsecond=0)
    assert planned(alice, row, send_at="2020-01-01T08:00:00+00:00").status_code == 422
    answer = planned(alice, row, send_at=monday.isoformat(), zone="")
    assert answer.status_code == 200 and answer.json()["later"]
    with world.opened():
        waiting = Outgoing.objects.get()
        assert (waiting.send_after, waiting.unless_answered) == (monday, True)
        assert sent(waiting)["Date"].datetime == monday
    path = f"/acme/inbox/outbox/{waiting.uid}/"
    page = alice.get("/acme/inbox/outbox/")
    [shown] = page.context["outgoing"]
    assert "if they answer first" in shown.why
    assert shown.recipients == [["Dana Whitfield", "dana@northwind.test"]]
    menu = alice.get("/acme/inbox/later/", {"outgoing": str(waiting.uid)}, headers=HTMX)
    assert menu.context["unless_answered"] and b"verb" in menu.content
    tuesday = (monday + timedelta(days=1)).replace(second=0, tzinfo=None)
    moved = alice.post(path, {"verb": "later", "own_at": tuesday.isoformat(), "zone": "-180"})
    assert moved.status_code == 200 and said_by(moved)["text"].startswith("It goes ")
    with world.opened():
        waiting.refresh_from_db()
        assert waiting.send_after == tuesday.replace(tzinfo=UTC) + timedelta(hours=3)
        assert not waiting.unless_answered and sent(waiting)["Date"].datetime == waiting.send_after
        assert sent(waiting)["Message-ID"] == f"<{waiting.rfc_id}>"
    for own_at, zone in (
        ("nonsense", ""),
        ("2027-01-04T08:00", "--5"),
        ("0001-01-01T00:00", "840"),
    ):
        wrong = {"verb": "later", "own_at": own_at, "zone": zone}
        refused = alice.post(path, wrong)
        assert refused.status_code == 422 and said_by(refused)["trouble"]
    thrown = alice.post(path, {"verb": "discard"})
    with world.opened():
        assert Outgoing.objects.get().state == "cancelled" and Draft.objects.get().discarded_at
    late = alice.post(path, {"verb": "now"})
    assert (late.status_code, said_by(late)["text"]) == (409, "Too late: it waits no longer.")
    assert alice.post(said_by(thrown)["undo"]).status_code == 200
    with world.opened():
        assert Draft.objects.get().discarded_at is None
    assert world.browser(world.bob).post(path, {"verb": "now"}, headers=JSON).status_code == 404


def test_it_is_a_draft_again_once_a_person_answered(world: World) -> None:
    with world.opened():
        box = post.mailbox(world.alice, "alice@acme.test")
        asked = post.mail("Dana <dana@northwind.test>", "alice@acme.test", "Offer", id="a@x.test")
        [row] = post.deliver(box, asked)
    alice = world.browser(world.alice)
    far = (timezone.now() + timedelta(days=3)).isoformat()
    assert planned(alice, row, send_at=far).status_code == 200
    reply = {"In_Reply_To": "<a@x.test>"}
    with world.opened():
        away = post.mail(
            "Dana <dana@northwind.test>", "alice@acme.test", "Away", Auto_Submitted="auto-replied"
        )
        many = post.mail("News <n@x.test>", "alice@acme.test", "Offer", List_Id="<l.x.test>")
        for raw in (away, many):
            threaded = raw.replace(b"Subject:", b"In-Reply-To: <a@x.test>\r\nSubject:", 1)
            assert post.deliver(box, threaded)[0].thread_id == row.thread_id
        assert Outgoing.objects.get().state == "queued"
        mine = post.mail("Alice <alice@acme.test>", "dana@northwind.test", "Offer", **reply)
        post.deliver(box, mine, role="sent")
        assert Outgoing.objects.get().state == "queued"
        post.deliver(box, post.mail("owen@else.test", "alice@acme.test", "Other"))
        assert Outgoing.objects.get().state == "queued"
        post.deliver(box, post.mail("owen@else.test", "alice@acme.test", "Offer", **reply))
        assert Outgoing.objects.get().state == "cancelled"
        assert Draft.objects.get().queued_at is None
        assert [each.why for each in Notice.objects.filter(member=world.alice)] == ["answered"]
    [draft] = alice.get("/acme/inbox/drafts/").context["drafts"]
    assert draft.snippet == "Any news?"
    assert "They answered first" in alice.get("/acme/notices/").text


def test_it_holds_a_first_mail_when_its_reader_writes_of_himself(world: World) -> None:
    with world.opened():
        box = post.mailbox(world.alice, "alice@acme.test")
        far = timezone.now() + timedelta(days=1)
        fields = {"send_after": far, "unless_answered": True, "recipients": ["Dana@Northwind.test"]}
        waiting = make.outgoing(box, world.alice, **fields)
        plain = make.outgoing(box, world.alice, send_after=far)
        post.deliver(box, post.mail("dana@northwind.test", "alice@acme.test", "Hello"))
        waiting.refresh_from_db()
        plain.refresh_from_db()
        assert (waiting.state, plain.state) == ("cancelled", "queued")


def test_it_knows_the_mornings_people_mean(world: World) -> None:
    lisbon, sao_paulo = ZoneInfo("Europe/Lisbon"), ZoneInfo("America/Sao_Paulo")
    found = {each.key: each for each in moments.presets(now=FRIDAY, mine=lisbon, theirs=sao_paulo)}
    assert list(found) == ["today", "tomorrow", "monday", "theirs"]
    assert found["monday"].at == datetime(2026, 11, 23, 8, tzinfo=lisbon)
    assert found["theirs"].at == datetime(2026, 11, 20, 11, tzinfo=UTC)
    sunday = FRIDAY + timedelta(days=2, hours=5)
    late = [each.key for each in moments.presets(now=sunday, mine=lisbon, theirs=lisbon)]
    assert late == ["tomorrow"]
    raw = make.raw().replace(b"+0000", b"-0300", 1)
    with world.opened():
        make.message(make.mailbox(world.alice), data=raw)
        zone = moments.zone_of(world.alice, ["dana@northwind.test"])
        assert zone is not None and zone.utcoffset(FRIDAY) == timedelta(hours=-3)
        assert moments.zone_of(world.bob, ["dana@northwind.test"]) is None
    menu = world.browser(world.alice).get("/acme/inbox/later/?to=dana@northwind.test", headers=HTMX)
    assert [key for key, _words in menu.context["zones"]] == ["", "-180"]
    theirs = next(each.at for each in menu.context["presets"] if each.is_theirs)
    assert theirs.hour == 8 and menu.context["there"].endswith("08:00")


def test_it_lists_what_waits_by_its_time_below_what_went_wrong(world: World) -> None:
    now = timezone.now()
    with world.opened():
        box = post.mailbox(world.alice, "alice@acme.test")
        for days, subject in ((9, "third"), (2, "first"), (5, "second")):
            make.outgoing(box, world.alice, send_after=now + timedelta(days=days), subject=subject)
        make.outgoing(box, world.alice, state="failed", send_after=now, subject="wrong")
    page = world.browser(world.alice).get("/acme/inbox/outbox/")
    shown = [each.subject for each in page.context["outgoing"]]
    assert shown == ["wrong", "first", "second", "third"]
