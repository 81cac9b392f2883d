"""Putting conversations away, taking them back, and sharing them."""

from typing import Any

import pytest
from django.test import Client

from crm.timeline.models import Event
from inbox.actions import triage
from inbox.models import MailboxThread, Message, PendingChange
from tests import make
from tests.world import NOW, World


def post(browser: Client, verb: str, *uids: Any) -> Any:
    return browser.post("/acme/inbox/triage/", {"verb": verb, "thread": [str(u) for u in uids]})


def subjects(browser: Client, folder: str) -> list[str]:
    page = browser.get(f"/acme/inbox/{folder}/")
    return [row.subject for row in page.context["rows"]]


@pytest.mark.parametrize(
    ("verb", "folder"),
    [("done", "done"), ("archive", "archive"), ("trash", "trash"), ("spam", "spam")],
)
def test_it_puts_away_and_takes_back(world: World, verb: str, folder: str) -> None:
    with world.opened():
        uid = make.message(make.mailbox(world.alice), subject="Offer").thread.uid
    browser = world.browser(world.alice)
    assert post(browser, verb, uid).json()["total"] == 1
    assert (subjects(browser, "inbox"), subjects(browser, folder)) == ([], ["Offer"])
    post(browser, f"un{verb}", uid)
    assert (subjects(browser, "inbox"), subjects(browser, folder)) == (["Offer"], [])


def test_it_goes_back_to_where_it_was(world: World) -> None:
    with world.opened():
        uid = make.message(make.mailbox(world.alice), subject="Offer").thread.uid
    browser = world.browser(world.alice)
    post(browser, "archive", uid)
    post(browser, "trash", uid)
    assert subjects(browser, "trash") == ["Offer"]
    post(browser, "untrash", uid)
    assert subjects(browser, "archive") == ["Offer"]


def test_it_brings_to_the_inbox_what_the_server_has_in_its_trash(world: World) -> None:
    with world.opened():
        row = make.message(make.mailbox(world.alice), subject="Offer", place="Trash")
        MailboxThread.objects.update(place="trash")
        uid = row.thread.uid
    browser = world.browser(world.alice)
    post(browser, "untrash", uid)
    assert (subjects(browser, "inbox"), subjects(browser, "trash")) == (["Offer"], [])


def test_it_marks_many_as_read_and_the_last_mail_as_unread(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        uids = [make.conversation(box, subject=f"S{n}")[0].thread.uid for n in range(3)]
    browser = world.browser(world.alice)
    assert post(browser, "read", *uids).json()["total"] == 3
    assert browser.get("/acme/inbox/inbox/").context["unread_total"] == 0
    post(browser, "unread", uids[0])
    page = browser.get("/acme/inbox/inbox/")
    assert page.context["unread_total"] == 1
    with world.opened():
        unread = Message.objects.get(is_read=False, direction="in")
        assert unread.snippet.startswith("Part 3")


def test_it_tells_the_server_only_what_the_switches_say(world: World) -> None:
    with world.opened():
        quiet = make.mailbox(world.alice)
        told = make.mailbox(world.alice, "a2@acme.test", mirror_read=True, mirror_delete=True)
        uids = [make.message(box, subject="Offer").thread.uid for box in (quiet, told)]
    browser = world.browser(world.alice)
    post(browser, "read", *uids)
    post(browser, "archive", *uids)
    post(browser, "trash", *uids)
    with world.opened():
        changes = PendingChange.objects.order_by("pk")
        assert [(c.mailbox_id, c.op) for c in changes] == [(told.pk, "read"), (told.pk, "trash")]
    post(browser, "untrash", *uids)
    with world.opened():
        ops = set(PendingChange.objects.values_list("op", flat=True))
        assert ops == {"read", "restore"}


def test_it_records_what_was_done(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        rows = [make.message(box).thread for _ in range(3)]
        triage.triage(verb="done", threads=rows, by=world.alice, at=NOW)
        event = Event.objects.get(verb="thread.done")
        assert event.by_id == world.alice.pk
        assert event.about.count() == 3
        assert event.data == {"mailboxes": [box.pk]}


def test_it_leaves_alone_what_is_only_shared(world: World) -> None:
    with world.opened():
        row = make.message(make.mailbox(world.alice), visibility="shared")
        make.linked(row.thread, make.person("Dana", "dana@northwind.test"))
        uid = row.thread.uid
    bob = world.browser(world.bob)
    assert bob.get(f"/acme/inbox/t/{uid}/").status_code == 200
    assert post(bob, "trash", uid).status_code == 404
    assert (
        bob.post(f"/acme/inbox/t/{uid}/visibility/", {"visibility": "private"}).status_code == 403
    )
    assert subjects(world.browser(world.alice), "inbox") == ["Price list"]


def test_it_refuses_a_verb_it_does_not_know(world: World) -> None:
    with world.opened():
        uid = make.message(make.mailbox(world.alice)).thread.uid
    assert post(world.browser(world.alice), "explode", uid).status_code == 422
    assert world.browser(world.alice).get("/acme/inbox/triage/").status_code == 405


def test_it_shares_and_takes_back(world: World) -> None:
    with world.opened():
        row = make.message(make.mailbox(world.alice), subject="Offer")
        make.linked(row.thread, make.person("Dana", "dana@northwind.test"))
        uid = row.thread.uid
    alice, bob = world.browser(world.alice), world.browser(world.bob)
    assert bob.get(f"/acme/inbox/t/{uid}/").status_code == 404
    page = alice.post(f"/acme/inbox/t/{uid}/visibility/", {"visibility": "shared"})
    assert page.context["conversation"].reader_count == 2
    seen = bob.get(f"/acme/inbox/t/{uid}/")
    assert seen.status_code == 200
    assert seen.context["dock"].answers is None and not seen.context["conversation"].can_share
    alice.post(f"/acme/inbox/t/{uid}/visibility/", {"visibility": "private"})
    assert bob.get(f"/acme/inbox/t/{uid}/").status_code == 404


def test_it_does_not_offer_team_only_on_a_personal_mailbox(world: World) -> None:
    with world.opened():
        uid = make.message(make.mailbox(world.alice)).thread.uid
    alice = world.browser(world.alice)
    answer = alice.post(f"/acme/inbox/t/{uid}/visibility/", {"visibility": "team"})
    assert answer.status_code == 403


def test_it_makes_no_person_of_a_colleague(world: World) -> None:
    bob = "Bob <bob@acme.test>"
    with world.opened():
        box = make.mailbox(world.alice)
        alone = make.message(box, subject="Lunch", sender=bob).thread.uid
        row = make.message(box, subject="Visit", sender=bob, cc=[make.CUSTOMER])
    alice = world.browser(world.alice)
    page = alice.get(f"/acme/inbox/t/{alone}/")
    assert "A member of this workspace." in page.text and "Create person" not in page.text
    page = alice.get(f"/acme/inbox/t/{row.thread.uid}/")
    assert page.context["correspondent"].address == "dana@northwind.test"


def test_it_makes_a_person_of_a_sender_and_links_what_came_before(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        earlier = make.message(box, subject="Earlier").thread.uid
        uid = make.message(box, subject="Offer").thread.uid
    alice = world.browser(world.alice)
    before = alice.get(f"/acme/inbox/t/{uid}/")
    assert before.context["person"] is None and "Create person" in before.text
    facts = alice.post(f"/acme/inbox/t/{uid}/person/", {"address": "dana@northwind.test"})
    assert facts.context["person"].name == "Dana Whitfield"
    assert [other.subject for other in facts.context["others"]] == ["Earlier"]
    assert alice.get(f"/acme/inbox/t/{earlier}/").context["person"].name == "Dana Whitfield"
    stranger = {"address": "nobody@else.test"}
    assert alice.post(f"/acme/inbox/t/{uid}/person/", stranger).status_code == 404
