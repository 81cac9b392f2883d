"""Alice gives Bob a conversation of the team's mailbox; he hears of it, and both lists show it."""

from typing import Any
from uuid import uuid4

import pytest

from crm.timeline.models import Notice
from crm.workspaces.models import Membership, User
from inbox.actions import assigning
from inbox.models import MailboxMember, MailboxThread
from tests.inbox.post import deliver, mail, mailbox
from tests.inbox.team import SALES, team_mailbox
from tests.unchanged import unchanged
from tests.world import NOW, World

OWEN = "Owen <owen@brightmoor.test>"


def test_it_gives_a_conversation_to_a_colleague(world: World) -> None:
    with world.opened():
        box = team_mailbox(world)
        first, second = deliver(
            box, mail(OWEN, SALES, "Pilot", id="1@x"), mail(OWEN, SALES, "Beans", id="2@x")
        )
        own = mailbox(world.alice, "alice@acme.test")
        (private,) = deliver(own, mail(OWEN, "alice@acme.test", "Private", id="3@x"))
        pilot, beans, hers = first.thread.uid, second.thread.uid, private.thread.uid
    alice, bob = world.browser(world.alice), world.browser(world.bob)
    menu = alice.get(f"/acme/inbox/assign/?thread={pilot}").text
    assert str(world.bob.uid) in menu and str(world.alice.uid) in menu and "nobody" in menu
    assert str(world.bob.uid) not in alice.get(f"/acme/inbox/assign/?thread={hers}").text

    given = alice.post("/acme/inbox/assign/", {"thread": [str(pilot)], "to": str(world.bob.uid)})
    assert given.status_code == 200 and given.json()["text"] == "Assigned to Bob Lindqvist"
    base = f"/acme/inbox/mailbox/{box.uid}/inbox/"

    def listed(browser: Any, whose: str) -> tuple[bool, bool]:
        page = browser.get(f"{base}?whose={whose}").text
        return f"t-{pilot}" in page, f"t-{beans}" in page

    assert listed(bob, "me") == (True, False) and listed(alice, "me") == (False, False)
    assert listed(bob, "nobody") == (False, True)
    assert "assigned to Bob Lindqvist" in alice.get(base).text
    assert "Bob Lindqvist" in bob.get(f"/acme/inbox/t/{pilot}/").text
    told = bob.get("/acme/notices/").text
    assert "Alice Moreira assigned a conversation to you" in told and "Pilot" in told

    # It is taken back as it was, once
    assert alice.post(given.json()["undo"]).status_code == 200
    assert listed(bob, "me") == (False, False)
    assert bob.post(given.json()["undo"]).status_code == 404

    # Nobody is given what he does not work in, and nobody gives what is not his
    to_alice = {"thread": [str(hers)], "to": str(world.alice.uid)}
    assert alice.post("/acme/inbox/assign/", to_alice).status_code == 404
    to_charlie = {"thread": [str(pilot)], "to": str(world.charlie.uid)}
    assert alice.post("/acme/inbox/assign/", to_charlie).status_code == 404
    with world.opened():
        MailboxMember.objects.filter(member=world.bob).delete()
        assert Notice.objects.filter(member=world.bob, why="given").count() == 1
    gone = {"thread": [str(pilot)], "to": str(world.bob.uid)}
    assert alice.post("/acme/inbox/assign/", gone).status_code == 404
    # Whoever left the mailbox is not told any more what it was about
    told = bob.get("/acme/notices/").text
    assert "Pilot" not in told and "You cannot read it any more." in told


def test_it_assigns_over_rest_and_merging_keeps_it(world: World) -> None:
    with world.opened():
        box = team_mailbox(world)
        first, second = deliver(
            box, mail(OWEN, SALES, "Pilot", id="1@x"), mail(OWEN, SALES, "Beans", id="2@x")
        )
        one, two = first.thread.uid, second.thread.uid
    alice, bob = world.api(world.alice), world.api(world.bob)
    path = f"threads/{one}/"
    answer = alice.post(f"{path}assign/", {"member": str(world.bob.uid)})
    assert answer.status_code == 200 and answer.json()["assignee"] == str(world.bob.uid)
    found = bob.get("threads/", assignee=str(world.bob.uid)).json()["results"]
    assert [each["id"] for each in found] == [str(one)]
    loose = bob.get("threads/", unassigned="true").json()["results"]
    assert [each["id"] for each in loose] == [str(two)]
    alice.post(f"threads/{two}/merge/", {"thread": str(one)})
    with world.opened():
        (entry,) = MailboxThread.objects.all()
        assert (entry.assignee_id, entry.message_count) == (world.bob.pk, 2)
    alice.post(f"threads/{two}/unmerge/", {"thread": str(one)})
    with world.opened():
        whose = dict(MailboxThread.objects.values_list("thread_id", "assignee_id"))
        assert whose == {first.thread_id: world.bob.pk, second.thread_id: None}
    nobody = bob.post(f"{path}assign/", {"member": None})
    assert nobody.status_code == 200 and nobody.json()["assignee"] is None
    assert world.api(world.charlie).post(f"{path}assign/", {"member": None}).status_code == 404


def test_it_lists_whose_they_are_across_mailboxes(world: World) -> None:
    """Mine, somebody's and nobody's of all teams; what is personal is nobody's to give."""
    with world.opened():
        one, two = team_mailbox(world), team_mailbox(world, address="help@acme.test")
        rows = {
            "Mine": deliver(one, mail(OWEN, SALES, "Mine", id="1@x")),
            "Mine too": deliver(two, mail(OWEN, "help@acme.test", "Mine too", id="2@x")),
            "Bob's": deliver(two, mail(OWEN, "help@acme.test", "Bob's", id="3@x")),
            "Free": deliver(one, mail(OWEN, SALES, "Free", id="4@x")),
        }
        deliver(mailbox(world.alice, "alice@acme.test"), mail(OWEN, "alice@acme.test", "Own"))
        for name, to in (("Mine", world.alice), ("Mine too", world.alice), ("Bob's", world.bob)):
            assigning.assign(threads=[rows[name][0].thread], to=to, by=world.alice, at=NOW)
    with world.opened(world.globex):
        mailbox(world.charlie, "charlie@globex.test")
    alice, bob, charlie = (
        world.browser(member) for member in (world.alice, world.bob, world.charlie)
    )

    def listed(browser: Any, whose: str, place: str = "/acme/inbox/inbox/") -> set[str]:
        page = browser.get(place, {"whose": whose})
        assert page.context["total"] == len(page.context["rows"])
        return {row.subject for row in page.context["rows"]}

    assert listed(alice, "me") == {"Mine", "Mine too"}
    assert listed(alice, "somebody") == {"Mine", "Mine too", "Bob's"}
    assert listed(alice, "nobody") == {"Free"}
    assert listed(bob, "me") == {"Bob's"}
    for whose in ("me", "somebody", "nobody"):
        assert listed(charlie, whose, "/globex/inbox/inbox/") == set()
    page = alice.get("/acme/inbox/inbox/", {"whose": "me"})
    assert page.context["side"].mine == 2 and page.context["title"] == "Assigned to me"
    menu = alice.get("/acme/inbox/filters/?whose=me")
    assert [chip.is_on for chip in menu.context["whose"]] == [True, False, False]
    assert charlie.get("/globex/inbox/filters/").context["whose"] == []

    # Kept as a view, and asked for by a program
    kept = alice.post("/acme/inbox/views/?whose=somebody&unread=1", {"name": "Given"}, follow=True)
    assert kept.context["whose"] == "somebody" and len(kept.context["rows"]) == 3
    api = world.api(world.alice)
    found = {each["subject"] for each in api.get("threads/?assigned=true").json()["results"]}
    assert found == {"Mine", "Mine too", "Bob's"}
    free = {each["subject"] for each in api.get("threads/?unassigned=true").json()["results"]}
    assert free == {"Free"}


def test_taken_back_it_is_nobodys_where_its_holder_left(world: World) -> None:
    with world.opened():
        box = team_mailbox(world)
        (row,) = deliver(box, mail(OWEN, SALES, "Pilot", id="1@x"))
        MailboxThread.objects.update(assignee=world.bob)
        given: dict[str, Any] = {"threads": [row.thread], "to": world.alice}
        done = assigning.assign(**given, by=world.alice, at=NOW)
        MailboxMember.objects.filter(member=world.bob).delete()
        assert done is not None and assigning.take_back(done=done, by=world.alice, at=NOW)
        assert MailboxThread.objects.get().assignee_id is None


@pytest.mark.parametrize("how", ["left", "blocked"])
def test_it_gives_nothing_to_whose_access_has_ended(world: World, how: str) -> None:
    with world.opened():
        rows = deliver(team_mailbox(world), mail(OWEN, SALES, "Pilot"), mail(OWEN, SALES, "Beans"))
        pilot, beans = (row.thread.uid for row in rows)
        assigning.assign(threads=[rows[0].thread], to=world.bob, by=world.alice, at=NOW)
    alice, api = world.browser(world.alice), world.api(world.alice)
    passed = alice.post(
        "/acme/inbox/assign/", {"thread": [str(pilot)], "to": str(world.alice.uid)}
    ).json()
    if how == "left":
        Membership.objects.using("system").filter(pk=world.bob.pk).update(is_active=False)
    else:
        User.objects.using("system").filter(pk=world.bob.user_id).update(is_active=False)
    menu = alice.get(f"/acme/inbox/assign/?thread={beans}").text
    assert str(world.bob.uid) not in menu and str(world.alice.uid) in menu
    to_bob = {"thread": [str(beans)], "to": str(world.bob.uid)}
    with unchanged(world):
        refused = alice.post("/acme/inbox/assign/", to_bob)
        assert refused.status_code == 422 and "Choose somebody else." in refused.json()["text"]
        asked = api.post(f"threads/{beans}/assign/", {"member": str(world.bob.uid)})
        assert asked.status_code == 400
        assert asked.json()["errors"] == [
            {
                "field": "member",
                "message": "This member is not active here any more. Choose somebody else.",
                "code": "inactive",
            }
        ]
        # Foreign and absent alike are told of no more than that
        for other in (world.charlie.uid, uuid4()):
            to = {"thread": [str(beans)], "to": str(other)}
            assert alice.post("/acme/inbox/assign/", to).status_code == 404
            asked = api.post(f"threads/{beans}/assign/", {"member": str(other)})
            assert asked.status_code == 404
    # What is taken back from Alice would be his again
    assert alice.post(passed["undo"]).status_code == 200
    with world.opened():
        assert set(MailboxThread.objects.values_list("assignee_id", flat=True)) == {None}
