"""In a team's mailbox Bob's reading is not Alice's; the server hears of it once, if it shall."""

from inbox.actions import joining, parting
from inbox.models import Mailbox, MailboxThread, Message, PendingChange, ThreadUnread
from tests.inbox.post import deliver, mail
from tests.inbox.team import SALES, team_mailbox
from tests.world import NOW, Api, World

OWEN = "Owen <owen@brightmoor.test>"


def test_it_is_read_by_each_on_his_own(world: World) -> None:
    with world.opened():
        box = team_mailbox(world, mirror_read=True)
        first, _second, third = deliver(
            box,
            mail(OWEN, SALES, "Pilot", id="1@x"),
            mail(OWEN, SALES, "Re: Pilot", id="2@x", In_Reply_To="<1@x>"),
            mail(OWEN, SALES, "Beans", id="3@x"),
        )
        pilot, beans = first.thread.uid, third.thread.uid
    alice, bob = world.api(world.alice), world.api(world.bob)

    def unread(api: Api, *, place: str = "inbox") -> dict[str, int]:
        rows = api.get("threads/", role=place, unread="true").json()["results"]
        return {row["subject"]: row["unread"] for row in rows}

    both = {"Pilot": 2, "Beans": 1}
    assert unread(alice) == unread(bob) == both
    assert bob.patch(f"threads/{pilot}/", {"read": True}).json()["unread"] == 0
    assert unread(bob) == {"Beans": 1} and unread(alice) == both

    def told(api: Api) -> list[bool]:
        return [row["read"] for row in api.get("messages/", thread=str(pilot)).json()["results"]]

    assert told(bob) == [True, True] and told(alice) == [False, False]
    side = world.browser(world.alice).get("/acme/inbox/side/").text
    assert '<span class="count" data-strong>2</span>' in side
    read = world.browser(world.bob).get("/acme/inbox/side/").text
    assert '<span class="count" data-strong>1</span>' in read
    with world.opened():
        # The server was told by the first who read, and there is a row for the other alone
        assert PendingChange.objects.filter(op="read").count() == 2
        assert list(ThreadUnread.objects.values_list("member_id", "count")) == [(world.alice.pk, 2)]
        assert Message.objects.filter(is_read=True).count() == 2
    # What she has not read stands open where she reads it
    page = world.browser(world.alice).get(f"/acme/inbox/t/{pilot}/").text
    assert page.count('aria-expanded="true"') >= 2 and "data-unread" in page

    # New mail is new for both, and read again by each
    with world.opened():
        again = Mailbox.objects.get()
        deliver(again, mail(OWEN, SALES, "Re: Pilot", id="4@x", In_Reply_To="<2@x>"))
    assert unread(bob)["Pilot"] == 1 and unread(alice)["Pilot"] == 3
    assert told(bob) == [True, True, False] and told(alice) == [False] * 3
    words = alice.get("threads/", q="is:unread pilot").json()["results"]
    assert [row["id"] for row in words] == [str(pilot)]
    assert alice.patch(f"threads/{pilot}/", {"read": True}).json()["unread"] == 0
    assert unread(alice) == {"Beans": 1} and unread(bob)["Pilot"] == 1
    bob.patch(f"threads/{pilot}/", {"read": True})
    with world.opened():
        assert not ThreadUnread.objects.exists()

    # Unread again is for oneself, and the server hears nothing of it
    bob.patch(f"threads/{beans}/", {"read": True})
    alice.patch(f"threads/{beans}/", {"read": True})
    assert alice.patch(f"threads/{beans}/", {"read": False}).json()["unread"] == 1
    assert unread(alice) == {"Beans": 1} and unread(bob) == {}
    with world.opened():
        assert not PendingChange.objects.filter(op="unread").exists()
    bob.patch(f"threads/{pilot}/", {"read": False})
    assert told(bob) == [True, True, False] and told(alice) == [True] * 3
    newest = bob.get("messages/", thread=str(pilot)).json()["results"][-1]["id"]
    assert not bob.get(f"messages/{newest}/").json()["read"]
    assert alice.get(f"messages/{newest}/").json()["read"]
    bob.patch(f"threads/{pilot}/", {"read": True})
    # It goes with its conversation
    alice.post(f"threads/{pilot}/merge/", {"thread": str(beans)})
    assert unread(alice) == {"Pilot": 1} and unread(bob) == {}


def test_what_is_unread_stays_in_order_whatever_comes_between(world: World) -> None:
    alice, bob = world.browser(world.alice), world.api(world.bob)

    def in_order() -> list[str]:
        for row in ThreadUnread.objects.all():
            entry = MailboxThread.objects.get(thread=row.thread_id, mailbox=row.mailbox_id)
            assert row.last_at == entry.last_at, row
        page = alice.get("/acme/inbox/inbox/", {"unread": "1"})
        return [row.subject for row in page.context["rows"]]

    with world.opened():
        box = team_mailbox(world)
        sent = [
            mail(OWEN, SALES, subject, id=f"{n}@x", Date=f"Mon, 0{n} Jun 2026 10:00:00 +0000")
            for n, subject in enumerate(("Beans", "Milk", "Tea", "Rye"), start=1)
        ]
        beans, milk, tea, _rye = (row.thread for row in deliver(box, *sent))
    for thread in (beans, milk, tea):
        bob.patch(f"threads/{thread.uid}/", {"read": True})
    with world.opened():
        assert ThreadUnread.objects.count() == 3
        assert in_order() == ["Rye", "Tea", "Milk", "Beans"]
        again = mail(OWEN, SALES, "Re: Beans", id="9@x", In_Reply_To="<1@x>",
                     Date="Mon, 08 Jun 2026 10:00:00 +0000")  # fmt: skip
        (answer,) = deliver(box, again)
        assert in_order() == ["Beans", "Rye", "Tea", "Milk"]
        done = joining.merge(into=milk, other=tea, by=world.bob, at=NOW)
        assert in_order() == ["Beans", "Rye", "Milk"]
        joining.unmerge(done=done, by=world.bob, at=NOW)
        # A conversation that was read for the whole and comes back may be read or not, in its place
        assert [each for each in in_order() if each != "Tea"] == ["Beans", "Rye", "Milk"]
        answer.refresh_from_db()
        parting.split(message=answer, by=world.bob, at=NOW)
        assert "Re: Beans" in in_order()
