"""Conversations that are put aside come back: at their time, or when somebody answers."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.test import Client
from django.utils import timezone

from crm.timeline.models import Notice
from inbox.actions import awaiting, joining, receive, snoozing, waking
from inbox.mime import parse
from inbox.models import MailboxThread, Message, Outgoing, Thread, Wake
from inbox.queries import blobs, moments
from tests import make
from tests.inbox.post import deliver, mail, mailbox
from tests.inbox.test_compose import form, opened
from tests.world import NOW, World

OWEN, ALICE = "Owen Castell <owen@brightmoor.test>", "alice@acme.test"
FRIDAY = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def post(browser: Client, uid: Any, **said: Any) -> Any:
    return browser.post("/acme/inbox/triage/", {"verb": "snooze", "thread": str(uid)} | said)


def subjects(browser: Client, folder: str) -> list[str]:
    return [row.subject for row in browser.get(f"/acme/inbox/{folder}/").context["rows"]]


def later(**by: Any) -> str:
    return (timezone.now() + timedelta(**by)).isoformat()


def test_it_means_the_times_people_mean() -> None:
    brazil = ZoneInfo("America/Sao_Paulo")
    said = {m.key: m.at.strftime("%a %H:%M") for m in moments.snoozes(now=FRIDAY, mine=brazil)}
    assert said == {
        "later": "Fri 09:30",
        "afternoon": "Fri 13:00",
        "evening": "Fri 19:00",
        "tomorrow": "Sat 08:00",
        "week": "Mon 08:00",
    }
    night = FRIDAY.replace(hour=23)
    assert [m.key for m in moments.snoozes(now=night, mine=UTC)] == ["tomorrow", "week"]
    sunday = FRIDAY + timedelta(days=2)
    assert [m.key for m in moments.snoozes(now=sunday, mine=UTC)][-1] == "tomorrow"


def test_it_is_aside_for_the_team_until_its_time_and_then_on_top_unread(world: World) -> None:
    with world.opened():
        box = make.team_mailbox(world.alice, world.bob)
        old = make.message(box, subject="Offer", is_read=True).thread
        make.message(box, subject="Newer", received_at=NOW + timedelta(days=1))
    alice, bob = world.browser(world.alice), world.browser(world.bob)
    menu = alice.get("/acme/inbox/snooze/")
    assert menu.status_code == 200 and menu.context["presets"]
    for wrong in ({}, {"until": "nonsense"}, {"until": "2020-01-01T08:00:00Z"}):
        assert post(alice, old.uid, **wrong).status_code == 422
    answer = post(alice, old.uid, until=later(hours=3)).json()
    assert answer["total"] == 1 and answer["text"].startswith("Snoozed until")
    assert (subjects(bob, "inbox"), subjects(bob, "snoozed")) == (["Newer"], ["Offer"])
    [row] = bob.get("/acme/inbox/snoozed/").context["rows"]
    assert row.until is not None
    page = bob.get(f"/acme/inbox/t/{old.uid}/")
    assert "Snoozed until" in page.text and "Alice Moreira" in page.text
    # Another time, which is taken back for the first; and taking it back once more
    with world.opened():
        first = Wake.objects.values_list("due_at", "since", "by", "unless_answered").get()
    other = post(bob, old.uid, own_at="2027-01-04T08:00", unless_answered="1").json()
    assert bob.post(other["undo"]).status_code == 200
    back = post(bob, old.uid, verb="unsnooze").json()
    assert back["text"] == "" and subjects(alice, "inbox") == ["Newer", "Offer"]
    bob.post(back["undo"])
    with world.opened():
        assert Wake.objects.values_list("due_at", "since", "by", "unless_answered").get() == first
    assert waking.wake(workspace_id=world.acme.pk, at=timezone.now()) == 0
    at = timezone.now() + timedelta(hours=4)
    assert waking.due(at=at) == [world.acme.pk]
    assert waking.wake(workspace_id=world.acme.pk, at=at) == 1
    assert waking.wake(workspace_id=world.acme.pk, at=at) == 0
    assert subjects(bob, "inbox") == ["Offer", "Newer"]
    assert bob.get("/acme/inbox/inbox/").context["rows"][0].unread_count == 1


def test_it_comes_back_to_an_answer_and_not_to_a_machine(world: World) -> None:
    with world.opened():
        box = mailbox(world.alice, ALICE)
        said = {"References": "<1@x>"}
        [first] = deliver(box, mail(OWEN, ALICE, "Pilot", id="1@x"))
        put(world, first)
        machine = mail(OWEN, ALICE, "Away", id="2@x", Auto_Submitted="auto-replied", **said)
        deliver(box, machine)
        assert entry(first).place == "snoozed"
        deliver(box, mail(ALICE, OWEN, "Re: Pilot", id="3@x", **said), role="sent")
        assert entry(first).place == "snoozed"
        deliver(box, mail(OWEN, ALICE, "Re: Pilot", id="4@x", **said))
        assert (entry(first).place, Wake.objects.count()) == ("inbox", 0)
        # Only if nobody replies: our own answer ends it as well
        put(world, first, unless_answered=True)
        deliver(box, mail(ALICE, OWEN, "Re: Pilot", id="5@x", **said), role="sent")
        assert (entry(first).place, Wake.objects.count()) == ("done", 0)


def test_it_leaves_alone_what_was_moved_meanwhile_and_follows_a_merge(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        rows = [make.message(box, subject=f"S{n}") for n in range(2)]
        for row in rows:
            put(world, row)
        made = joining.merge(into=rows[0].thread, other=rows[1].thread, by=world.alice, at=NOW)
        assert (entry(rows[0]).place, Wake.objects.count()) == ("snoozed", 1)
        joining.unmerge(done=made, by=world.alice, at=NOW)
        assert Wake.objects.count() == 2
        uid = rows[0].thread.uid
    alice = world.browser(world.alice)
    alice.post("/acme/inbox/triage/", {"verb": "done", "thread": str(uid)})
    assert waking.wake(workspace_id=world.acme.pk, at=timezone.now() + timedelta(days=9)) == 1
    assert (subjects(alice, "done"), subjects(alice, "inbox")) == (["S0"], ["S1"])


def test_it_is_said_over_rest_and_nobody_else_may(world: World) -> None:
    with world.opened():
        uid = make.message(make.mailbox(world.alice), subject="Offer").thread.uid
    api = world.api(world.alice)
    until = (timezone.now() + timedelta(days=2)).replace(microsecond=0)
    told = api.patch(f"threads/{uid}/", {"snoozed_until": until.isoformat()}).json()
    assert (told["place"], told["snoozed_until"]) == ("snoozed", until.isoformat()[:19] + "Z")
    listed = api.get("threads/", role="snoozed").json()["results"]
    assert [row["id"] for row in listed] == [str(uid)]
    over = api.patch(f"threads/{uid}/", {"snoozed_until": "2020-01-01T00:00:00Z"})
    assert over.status_code == 422 or over.status_code == 400
    assert api.patch(f"threads/{uid}/", {"snoozed_until": None}).json()["place"] == "inbox"
    for stranger in (world.bob, world.charlie):
        slug = "acme" if stranger == world.bob else "globex"
        browser = world.browser(stranger)
        said = {"thread": str(uid), "until": later(days=1)}
        said["verb"] = "snooze"
        assert browser.post(f"/{slug}/inbox/triage/", said).status_code == 404


def put(world: World, row: Message, *, unless_answered: bool = False) -> None:
    thread = Thread.objects.get(pk=row.thread_id)
    snoozing.snooze(
        threads=[thread],
        until=timezone.now() + timedelta(days=3),
        unless_answered=unless_answered,
        by=world.alice,
        at=timezone.now(),
    )


def entry(row: Message) -> Any:
    return MailboxThread.objects.get(thread=row.thread_id, mailbox=row.mailbox_id)


def test_it_reminds_whoever_asked_if_nobody_answers(world: World) -> None:
    with world.opened():
        box = mailbox(world.alice, ALICE)
        [sent] = deliver(box, mail(ALICE, OWEN, "Offer", id="1@x"), role="sent")
        uid = sent.thread.uid
    alice, path = world.browser(world.alice), f"/acme/inbox/t/{uid}/reminder/"
    assert alice.get(path).context["presets"]
    assert alice.post(path, {"until": "2020-01-01T00:00:00Z"}).status_code == 422
    assert alice.post(path, {"until": later(days=3)}).json()["was"] == ""
    assert "if nobody answers" in alice.get(f"/acme/inbox/t/{uid}/").text
    assert alice.post(path, {"forget": "1"}).json()["was"]
    api = world.api(world.alice)
    assert api.patch(f"threads/{uid}/", {"remind_at": later(days=3)}).json()["remind_at"]
    assert api.patch(f"threads/{uid}/", {"remind_at": None}).json()["remind_at"] is None
    alice.post(path, {"own_at": "2026-12-24T09:00"})
    assert world.browser(world.bob).get(path).status_code == 404
    with world.opened():
        said = {"References": "<1@x>"}
        away = mail(OWEN, ALICE, "Away", id="2@x", Auto_Submitted="auto-replied", **said)
        deliver(box, away)
        before = Wake.objects.get()
        # Another mail of ours begins the waiting anew
        deliver(box, mail(ALICE, OWEN, "Re: Offer", id="3@x", **said), role="sent", days=40)
        again = Wake.objects.get()
        assert again.due_at > before.due_at and again.since > before.since
    assert waking.wake(workspace_id=world.acme.pk, at=again.due_at) == 1
    with world.opened():
        assert entry(sent).place == "inbox"
        [notice] = Notice.objects.filter(member=world.alice)
        assert (notice.why, notice.event.data["subject"]) == ("silence", "Offer")
    page = alice.get("/acme/notices/")
    assert "Nobody has answered" in page.text and str(uid) in page.text
    with world.opened():
        thread = Thread.objects.get(uid=uid)
        awaiting.remind(thread=thread, due_at=FRIDAY, by=world.alice, at=FRIDAY)
        deliver(box, mail(OWEN, ALICE, "Re: Offer", id="4@x", **said))
        assert not Wake.objects.exists()


def test_it_waits_for_an_answer_from_when_the_mail_has_left(world: World) -> None:
    with world.opened():
        row = make.message(make.mailbox(world.alice), subject="Price list")
    alice = world.browser(world.alice)
    composer = opened(alice, answers=row.uid, kind="reply")
    assert [days for days, _words in composer.reminders] == [0, 1, 2, 3, 7, 14]
    said = form(composer, html="<p>Any news?</p>", remind_days="3")
    said |= alice.post(f"/acme/inbox/drafts/{composer.uid}/", said).json()
    assert opened(alice, answers=row.uid, kind="reply").remind_days == 3
    assert alice.post(f"/acme/inbox/drafts/{composer.uid}/send/", said).status_code == 200
    with world.opened():
        waiting = Outgoing.objects.get()
        parsed = parse.parse(blobs.data(waiting.blob_id))
        assert not Wake.objects.exists()
        receive.store_sent(outgoing=waiting, parsed=parsed, at=NOW)
        wake = Wake.objects.get()
        assert (wake.due_at, wake.by_id) == (NOW + timedelta(days=3), world.alice.pk)
