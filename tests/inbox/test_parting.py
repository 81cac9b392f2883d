"""Alice splits a conversation and merges two; both hold, and both can be undone."""

from inbox.actions import guests
from inbox.models import MailboxThread, Message, Parting, Thread, ThreadGuest, ThreadLink
from inbox.queries import access
from tests import make
from tests.inbox.post import deliver, mail, mailbox
from tests.world import World

ALICE, BOB = "alice@acme.test", "bob@acme.test"
OWEN, RUTH = "Owen <owen@brightmoor.test>", "Ruth <ruth@beans.test>"


def threads() -> dict[int, list[str]]:
    """Subjects by thread, in the order of arrival."""
    found: dict[int, list[str]] = {}
    for row in Message.objects.order_by("received_at", "pk"):
        found.setdefault(row.thread_id, []).append(row.subject)
    return found


def test_it_splits_and_stays_split(world: World) -> None:
    with world.opened():
        owen, ruth = (
            make.person("Owen", "owen@brightmoor.test"),
            make.person("Ruth", "ruth@beans.test"),
        )
        box = mailbox(world.alice, ALICE)
        first, second = deliver(
            box,
            mail(OWEN, ALICE, "Pilot", id="1@x"),
            mail(RUTH, ALICE, "Beans", id="2@x", In_Reply_To="<1@x>"),
        )
        his = mailbox(world.bob, BOB)
        deliver(his, mail(RUTH, ALICE, "Beans", id="2@x", In_Reply_To="<1@x>"))
        MailboxThread.objects.filter(mailbox=box).update(visibility="shared")
        old = first.thread_id
        assert list(threads()) == [old]
        whole = first.thread.uid
    alice = world.browser(world.alice)
    page = alice.get(f"/acme/inbox/t/{whole}/").text
    opened = [alice.get(f"/acme/inbox/m/{row.uid}/").text for row in (first, second)]
    offered = [f"/m/{row.uid}/split/" for row in (first, second)]
    assert (offered[0] in page + opened[0], offered[1] in page, offered[1] in opened[1]) == (
        False, True, True,
    )  # fmt: skip
    split = alice.post(f"/acme/inbox/m/{second.uid}/split/")
    assert split.status_code == 200
    refused = alice.post(f"/acme/inbox/m/{first.uid}/split/")
    # It is said, and the conversation stays on the page
    assert (refused.status_code, refused.headers["HX-Reswap"]) == (409, "none")
    assert "begins with this message" in refused.headers["HX-Trigger"]
    with world.opened():
        second.refresh_from_db()
        new = second.thread_id
        assert threads() == {old: ["Pilot"], new: ["Beans", "Beans"]}
        entries = MailboxThread.objects.values_list("thread_id", "mailbox_id", "visibility")
        assert set(entries) == {
            (old, box.pk, "shared"), (new, box.pk, "shared"), (new, his.pk, "private"),
        }  # fmt: skip
        whose = set(ThreadLink.objects.values_list("thread_id", "object_id"))
        assert whose == {(old, owen.pk), (new, ruth.pk)}
        # An answer that names both belongs to what it answers, and joins nothing
        deliver(box, mail(RUTH, ALICE, "Re: Beans", id="3@x", In_Reply_To="<2@x>",
                          References="<1@x> <2@x>"))  # fmt: skip
        deliver(box, mail(OWEN, ALICE, "Re: Pilot", id="4@x", References="<2@x> <3@x> <1@x>"))
        assert threads() == {old: ["Pilot", "Re: Pilot"], new: ["Beans", "Beans", "Re: Beans"]}
        one, two = Thread.objects.get(pk=old).uid, Thread.objects.get(pk=new).uid
    bob = world.browser(world.bob)
    assert bob.post(f"/acme/inbox/t/{two}/merge/?with={one}").status_code == 403
    undone = alice.post(f"/acme/inbox/t/{one}/merge/?with={two}")
    assert undone.status_code == 200
    with world.opened():
        assert list(threads()) == [old] and not Parting.objects.exists()
        deliver(box, mail(RUTH, ALICE, "Re: Beans", id="5@x", In_Reply_To="<3@x>"))
        assert list(threads()) == [old]
    assert alice.get(f"/acme/inbox/t/{two}/").status_code == 200


def test_it_merges_and_takes_apart_exactly(world: World) -> None:
    with world.opened():
        owen, ruth = (
            make.person("Owen", "owen@brightmoor.test"),
            make.person("Ruth", "ruth@beans.test"),
        )
        box = mailbox(world.alice, ALICE)
        first, second = deliver(
            box, mail(OWEN, ALICE, "Pilot", id="1@x"), mail(RUTH, ALICE, "Beans", id="2@x")
        )
        MailboxThread.objects.filter(thread=first.thread).update(visibility="shared")
        one, two = first.thread, second.thread
        before = set(ThreadLink.objects.values_list("thread_id", "object_id", "why"))
        rows = set(MailboxThread.objects.values_list("thread_id", "visibility", "message_count"))
    alice = world.browser(world.alice)
    found = alice.get(f"/acme/inbox/t/{one.uid}/merge/?find=beans")
    assert str(two.uid) in found.text
    merged = alice.post(f"/acme/inbox/t/{one.uid}/merge/", {"with": str(two.uid)})
    assert merged.status_code == 200
    with world.opened():
        assert list(threads()) == [one.pk]
        (entry,) = MailboxThread.objects.all()
        assert (entry.visibility, entry.message_count) == ("private", 2)
        assert {link.object_id for link in ThreadLink.objects.all()} == {owen.pk, ruth.pk}
        assert Thread.objects.get(pk=two.pk).merged_into_id == one.pk
        deliver(box, mail(RUTH, ALICE, "Re: Beans", id="3@x", In_Reply_To="<2@x>"))
    undo = merged.headers["HX-Trigger"].split('"undo": "')[1].split('"')[0]
    assert alice.post(undo).status_code == 200
    assert alice.post(undo).status_code == 409
    with world.opened():
        assert threads() == {one.pk: ["Pilot", "Re: Beans"], two.pk: ["Beans"]}
        now = set(ThreadLink.objects.values_list("thread_id", "object_id", "why"))
        assert now == before
        assert {row[:2] for row in rows} == set(
            MailboxThread.objects.values_list("thread_id", "visibility")
        )
        assert Parting.objects.count() == 1


def test_taken_apart_nobody_reads_what_was_closed_meanwhile(world: World) -> None:
    """Shut out of the whole, or the whole made private: neither half is open again."""
    with world.opened():
        make.person("Owen", "owen@brightmoor.test")
        box = mailbox(world.alice, ALICE)
        rows = deliver(box, mail(OWEN, ALICE, "A", id="1@x"), mail(OWEN, ALICE, "B", id="2@x"))
        one, two = (row.thread for row in rows)
        MailboxThread.objects.update(visibility="shared")
        for thread in (one, two):
            ThreadGuest.objects.create(
                thread=thread, mailbox=box, member=world.bob, by=world.alice, at=rows[0].received_at
            )
    alice = world.api(world.alice)
    assert alice.post(f"threads/{one.uid}/merge/", {"thread": str(two.uid)}).status_code == 200
    with world.opened():
        assert ThreadGuest.objects.count() == 1 and access.messages(world.bob).count() == 2
        at = rows[0].received_at
        assert guests.shut_out(thread=one, mailbox=box, member=world.bob, by=world.alice, at=at)
    assert alice.patch(f"threads/{one.uid}/", {"visibility": "closed"}).status_code == 200
    assert alice.post(f"threads/{one.uid}/unmerge/", {"thread": str(two.uid)}).status_code == 200
    with world.opened():
        assert list(MailboxThread.objects.values_list("visibility", flat=True)) == ["private"] * 2
        assert not ThreadGuest.objects.exists() and not access.messages(world.bob).exists()


def test_taken_apart_what_was_unlinked_meanwhile_is_unlinked_of_both(world: World) -> None:
    """The deal of both, and the person that mail linked: neither comes back and opens a half."""
    with world.opened():
        owen = make.person("Owen", "owen@brightmoor.test")
        box = mailbox(world.alice, ALICE)
        rows = deliver(box, mail(OWEN, ALICE, "A", id="1@x"), mail(OWEN, ALICE, "B", id="2@x"))
        one, two = (row.thread for row in rows)
        MailboxThread.objects.update(visibility="shared")
        deal, old = make.deal(make.pipeline()[0]), make.deal(make.pipeline("Old")[0])
        for thread in (one, two):
            make.linked(thread, old, undone_at=rows[0].received_at)
    alice = world.api(world.alice)
    for thread in (one, two):
        linked = alice.post(f"threads/{thread.uid}/links/", {"deal": str(deal.uid)})
        assert linked.status_code == 200
    assert alice.post(f"threads/{one.uid}/merge/", {"thread": str(two.uid)}).status_code == 200
    for kind, record in (("deal", deal), ("person", owen)):
        told = {kind: str(record.uid)}
        assert alice.post(f"threads/{one.uid}/unlink/", told).status_code == 200
    # Of something else only one mail is meant
    assert alice.post(f"threads/{one.uid}/relink/", {"deal": str(old.uid)}).status_code == 200
    with world.opened():
        lead = make.lead()
        assert access.messages(world.bob).count() == 2
    single = {"lead": str(lead.uid), "message": str(rows[0].uid)}
    assert alice.post(f"threads/{one.uid}/links/", single).status_code == 200
    assert alice.post(f"threads/{one.uid}/unlink/", {"deal": str(old.uid)}).status_code == 200
    assert alice.post(f"threads/{one.uid}/unmerge/", {"thread": str(two.uid)}).status_code == 200
    with world.opened():
        open_ = ThreadLink.objects.filter(undone_at=None)
        assert [(link.thread_id, link.object_id) for link in open_] == [(one.pk, lead.pk)]
        assert [each.message for each in open_.get().messages.all()] == [rows[0]]
        assert access.messages(world.bob).filter(thread=two).count() == 0
