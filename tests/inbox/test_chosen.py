"""Something done to what is chosen: a few at once, many in the background, all of a search."""

from typing import Any

import pytest
from django.test import Client

from crm.timeline.models import Event
from inbox.actions import labels, sweeping, triage
from inbox.models import MailboxThread, PendingChange, Sweep, Thread, ThreadUnread, Wake
from tests import make
from tests.inbox.post import deliver, mail
from tests.inbox.team import SALES, team_mailbox
from tests.world import NOW, World

OWEN = "Owen <owen@brightmoor.test>"
STAMPS = ("snoozed_at", "done_at", "archived_at", "trashed_at", "spammed_at", "restored_at")


def post(browser: Client, query: str, **said: Any) -> Any:
    return browser.post(f"/acme/inbox/sweeps/?{query}", said)


def rows(world: World) -> list[Any]:
    """Everything of the rows of lists, and who has not read what."""
    with world.opened():
        columns = ("thread", "mailbox", "place", "unread_count", *STAMPS)
        told = list(MailboxThread.objects.order_by("pk").values_list(*columns))
        marks = ThreadUnread.objects.order_by("thread", "member")
        told += marks.values_list("thread", "member", "count")
        return told + list(Wake.objects.values_list("thread", "due_at", "since", "by"))


@pytest.mark.parametrize("verb", ["archive", "done", "spam", "read", "unread", "untrash"])
def test_it_comes_back_as_it_was_with_older_stamps_and_unread_mail(world: World, verb: str) -> None:
    place = "trash" if verb == "untrash" else "inbox"
    with world.opened():
        box = make.mailbox(world.alice, mirror_read=True, mirror_archive=True)
        threads = [make.conversation(box, subject=f"S{n}")[0].thread for n in range(3)]
        by: dict[str, Any] = {"by": world.alice, "at": NOW}
        # Archived long ago, opened again since, the last of its mails read
        for each in ("archive", "done", "undone", "unarchive", "read", "unread"):
            triage.triage(verb=each, threads=threads[:1], **by)
        MailboxThread.objects.filter(thread=threads[0]).update(archived_at=NOW, done_at=NOW)
        MailboxThread.objects.filter(thread=threads[0]).update(restored_at=NOW.replace(day=21))
        if verb == "unread":
            triage.triage(verb="read", threads=threads[1:], **by)
        if verb == "untrash":
            triage.triage(verb="trash", threads=threads, **by)
        for entry in MailboxThread.objects.select_related("mailbox", "thread"):
            triage.refresh([entry])
    before = rows(world)
    alice = world.browser(world.alice)
    done = post(alice, f"in={place}", verb=verb).json()
    assert done["is_done"] and rows(world) != before
    assert alice.post(done["undo"]).status_code == 200
    assert rows(world) == before
    # Once more changes nothing
    assert alice.post(done["undo"]).status_code == 200
    assert rows(world) == before


def test_it_leaves_what_moved_since_and_tells_the_server(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice, mirror_archive=True)
        first, second = (make.message(box, subject=f"S{n}").thread.uid for n in range(2))
    alice = world.browser(world.alice)
    said = {"verb": "archive", "thread": [str(first), str(second)]}
    done = alice.post("/acme/inbox/triage/", said).json()
    alice.post("/acme/inbox/triage/", {"verb": "trash", "thread": str(second)})
    alice.post(done["undo"])
    with world.opened():
        places = dict(MailboxThread.objects.values_list("thread__uid", "place"))
        assert places == {first: "inbox", second: "trash"}
        ops = PendingChange.objects.order_by("pk").values_list("message__thread__uid", "op")
        assert list(ops) == [(second, "archive"), (first, "restore")]


def test_it_gives_each_of_a_team_his_own_unread_mail_back(world: World) -> None:
    with world.opened():
        box = team_mailbox(world, mirror_read=True)
        deliver(
            box,
            mail(OWEN, SALES, "Pilot", id="1@x"),
            mail(OWEN, SALES, "Re: Pilot", id="2@x", In_Reply_To="<1@x>"),
            mail(OWEN, SALES, "Beans", id="3@x"),
        )
        beans = Thread.objects.get(subject="Beans")
    alice, bob = world.browser(world.alice), world.browser(world.bob)
    # Alice has read the beans, so that they are unread for Bob alone
    alice.post("/acme/inbox/triage/", {"verb": "read", "thread": str(beans.uid), "quiet": "1"})
    before = rows(world)
    done = post(bob, "in=inbox", verb="read").json()
    assert rows(world) != before
    bob.post(done["undo"])
    assert rows(world) == before
    # Where Alice reads it meanwhile, it is unread again for Bob alone
    done = post(bob, "in=inbox", verb="read").json()
    post(alice, "in=inbox", verb="read")
    bob.post(done["undo"])
    with world.opened():
        told = ThreadUnread.objects.values_list("thread__subject", "member", "count")
        assert set(told) == {("Pilot", world.bob.pk, 2), ("Beans", world.bob.pk, 1)}


def test_it_snoozes_anew_and_brings_the_older_time_back(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        made = [make.message(box, subject=f"S{n}").thread for n in range(2)]
    alice = world.browser(world.alice)
    uid = str(made[0].uid)
    post(alice, "", verb="snooze", until="2027-01-04T08:00:00Z", thread=uid, unless_answered="1")
    before = rows(world)
    both = [str(each.uid) for each in made]
    until = "2027-02-04T08:00:00Z"
    done = post(alice, "", verb="snooze", until=until, thread=both).json()
    assert done["total"] == 2 and rows(world) != before
    alice.post(done["undo"])
    assert rows(world) == before
    with world.opened():
        told = set(Event.objects.values_list("verb", flat=True))
        assert told == {"thread.snoozed", "thread.unsnoozed"}
    done = post(alice, "in=snoozed", verb="unsnooze").json()
    with world.opened():
        assert not Wake.objects.exists()
    alice.post(done["undo"])
    assert rows(world) == before


def test_it_does_all_of_a_search_and_links_what_is_chosen(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        for n in range(3):
            make.message(box, subject=f"Zebra {n}", text="Stripes.\n")
        other = make.message(box, subject="Lion").thread
        hers = make.message(make.mailbox(world.bob), subject="Zebra of Bob", visibility="shared")
        dana = make.person("Dana", "dana@northwind.test")
        make.linked(hers.thread, dana)
        label = make.mail_label("Wild")
        labels.put_on(threads=[other], label=label, by=world.alice, at=NOW)
        deal = make.deal(make.pipeline()[0], "Zoo", owner=world.alice)
        secret = make.deal(deal.stage, "Hidden", owner=world.alice, visibility="owner")
    alice = world.browser(world.alice)
    page = alice.get("/acme/inbox/search/?q=zebra")
    assert len(page.context["rows"]) == 4 and "sweeps/?in=search&amp;q=zebra" in page.text
    assert [row.subject for row in page.context["rows"] if row.reads_only] == ["Zebra of Bob"]
    assert page.text.count("data-reads-only") == 1
    done = post(alice, "in=search&q=zebra", verb="archive").json()
    assert done["total"] == 3, "what is only shared stays"
    with world.opened():
        assert MailboxThread.objects.filter(place="archive").count() == 3
    alice.post(done["undo"])
    with world.opened():
        assert not MailboxThread.objects.filter(place="archive").exists()
        before = rows(world)
    for query in ("in=search&q=", "in=search"):
        assert post(alice, query, verb="archive").status_code == 422
    of = f"in=search&of=person:{dana.uid}"
    assert post(alice, of, verb="archive").json()["total"] == 0
    assert rows(world) == before

    found = alice.get("/acme/inbox/sweeps/records/?find=zoo")
    assert [each.name for each in found.context["found"]] == ["Zoo"]
    bob = world.browser(world.bob)
    assert b"Hidden" not in bob.get("/acme/inbox/sweeps/records/?find=hidden").content
    answer = post(bob, "in=inbox", verb="link", record=f"deal:{secret.uid}")
    assert answer.status_code == 422
    record = f"deal:{deal.uid}"
    with world.opened():
        # One was linked by itself once, and that was taken back
        was = make.linked(
            Thread.objects.get(subject="Zebra 0"), deal, source="auto", why="x@y.test"
        )
        type(was).objects.filter(pk=was.pk).update(undone_at=NOW)
        links = list(type(was).objects.order_by("pk").values())
    linked = post(alice, "in=search&q=zebra", verb="link", record=record).json()
    assert [row.subject for row in alice.get("/acme/inbox/inbox/?deal=open").context["rows"]] == [
        "Zebra 2",
        "Zebra 1",
        "Zebra 0",
    ]
    alice.post(linked["undo"])
    assert alice.get("/acme/inbox/inbox/?deal=open").context["rows"] == []
    with world.opened():
        assert list(type(was).objects.order_by("pk").values()) == links
    for wrong in ("deal:x", "nothing", "lead:"):
        answer = post(alice, "in=search&q=zebra", verb="link", record=wrong)
        assert answer.status_code == 422, wrong


def test_it_does_many_that_are_chosen_in_the_background(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "AT_ONCE", 2)
    with world.opened():
        box = make.mailbox(world.alice)
        uids = [str(make.message(box, subject=f"S{n}").thread.uid) for n in range(4)]
    alice = world.browser(world.alice)
    said = {"verb": "done", "thread": uids[:3]}
    begun = alice.post("/acme/inbox/triage/", said).json()
    assert (begun["total"], begun["is_done"]) == (3, False)
    assert alice.get("/acme/inbox/sweeps/").context["is_busy"]
    with world.opened():
        sweep = Sweep.objects.get()
    sweeping.work(workspace_id=world.acme.pk, sweep_id=sweep.pk)
    assert len(alice.get("/acme/inbox/done/").context["rows"]) == 3
    before = rows(world)
    for somebody, slug in ((world.bob, "acme"), (world.charlie, "globex")):
        browser = world.browser(somebody)
        path = f"/{slug}/inbox"
        assert browser.post(f"{path}/triage/", said).status_code == 404
        assert browser.post(f"{path}/sweeps/", said).status_code == 404
        assert browser.post(f"{path}/sweeps/{sweep.uid}/undo/").status_code == 404
    assert rows(world) == before
