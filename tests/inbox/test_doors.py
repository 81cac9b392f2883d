"""Mail that is kept out: of blocked senders, and where only known people's is wanted."""

import importlib
from typing import Any

from django.apps import apps
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from crm.workspaces import doorbell, inspection
from inbox import tasks
from inbox.actions import blobs, blocking, doors, merging, receive
from inbox.actions.receive import Arrival
from inbox.mime import parse
from inbox.models import Block, DoorKey, HiddenRow, LedgerEntry, MailboxThread
from inbox.queries import access
from inbox.queries import blocking as queries
from tests import make
from tests.inbox.post import START, deliver, mail, mailbox
from tests.world import World

ALICE, BOB = "alice@acme.test", "bob@acme.test"
HTMX = {"HX-Request": "true"}


def shown(member: Any) -> set[str]:
    return set(access.messages(member).values_list("subject", flat=True))


def reasons() -> dict[str, str]:
    """What the ledger says of everything that was left out, by its subject."""
    rows = LedgerEntry.objects.filter(decision="skipped")
    return dict(rows.values_list("subject", "reason"))


def test_it_hides_a_domain_previewed_and_undone(world: World) -> None:
    """Alone on it: hidden; with a customer: it stays. New mail stays out, and all comes back."""
    with world.opened():
        box = mailbox(world.alice, ALICE)
        deliver(
            box,
            mail("News <eva@news.test>", ALICE, "Sale", id="1@x"),
            mail("leo@news.test", f"{ALICE}, {BOB}", "Jobs", id="2@x"),
            mail("leo@news.test", f"{ALICE}, ana@santos.test", "Plan", id="3@x"),
            mail("ana@santos.test", f"{ALICE}, leo@news.test", "Pilot", id="4@x"),
        )
        deliver(box, mail(ALICE, "eva@news.test", "No thanks", id="5@x"), role="sent")
        deliver(mailbox(world.bob, BOB), mail("eva@news.test", BOB, "Hi Bob", id="6@x"))
    alice = world.browser(world.alice)
    said = alice.get("/acme/inbox/blocked/preview/?pattern=@News.test", headers=HTMX).text
    assert "Blocking news.test hides 3 conversations." in said
    # It is not said of teams' mailboxes, for which only a block for all holds
    kept = "into your own mailboxes"
    for_all = "/acme/inbox/blocked/preview/?pattern=news.test&for_all=1"
    assert kept in said and kept not in alice.get(for_all, headers=HTMX).text
    other = alice.get("/acme/inbox/blocked/preview/?pattern=nobody.test", headers=HTMX).text
    assert "Blocking nobody.test hides no conversation that is here." in other
    everything = {"Sale", "Jobs", "Plan", "Pilot", "No thanks"}
    with world.opened():
        assert shown(world.alice) == everything
    answer = alice.post("/acme/inbox/blocked/", {"pattern": "news.test"}, headers=HTMX)
    assert "news.test is blocked, 3 conversations hidden." in answer.headers["HX-Trigger"]
    with world.opened():
        assert shown(world.alice) == {"Plan", "Pilot"} and shown(world.bob) == {"Hi Bob"}
        assert MailboxThread.objects.filter(mailbox=box).count() == 2
        assert deliver(box, mail("eva@news.test", ALICE, "Again", id="7@x")) == []
        assert reasons()["Again"] == "blocked"
        row = Block.objects.get()
        assert queries.hidden([row], world.alice) == {row.pk: 3}
    for who in (world.bob, world.charlie):
        path = f"/{who.workspace.slug}/inbox/blocked/{row.uid}/lifting/"
        assert world.browser(who).post(path).status_code == 404
    assert alice.post(f"/acme/inbox/blocked/{row.uid}/lifting/").status_code == 200
    with world.opened():
        assert shown(world.alice) == everything
        assert not Block.objects.exists()
        # What was left out meanwhile is to be fetched
        assert LedgerEntry.objects.get(subject="Again").decision == "pending"
        stored = LedgerEntry.objects.filter(mailbox=box, decision="imported")
        assert stored.count() == 5


def test_it_blocks_for_all_where_an_admin_says_so(world: World) -> None:
    with world.opened():
        for who, address in ((world.alice, ALICE), (world.bob, BOB)):
            deliver(mailbox(who, address), mail("eva@news.test", address, "Sale", id=f"{address}"))
    bob, alice = world.api(world.bob), world.api(world.alice)
    asked = {"pattern": "eva@news.test", "for_all": True}
    assert bob.post("blocks/", asked).status_code == 403
    assert alice.get("blocks/preview/", pattern="eva@news.test").json()["conversations"] == 1
    made = alice.post("blocks/", asked)
    assert made.status_code == 201 and made.json()["for_all"] is True
    assert alice.post("blocks/", asked).status_code == 409
    assert alice.post("blocks/", {"pattern": "acme.test"}).status_code == 400
    with world.opened():
        assert shown(world.bob) == set()
    assert bob.delete(f"blocks/{made.json()['id']}/").status_code == 403
    assert alice.delete(f"blocks/{made.json()['id']}/").status_code == 204
    with world.opened():
        assert shown(world.bob) == {"Sale"}
    facts = world.browser(world.alice)
    with world.opened():
        thread = MailboxThread.objects.get(mailbox__address=ALICE).thread
    beside = facts.post("/acme/inbox/blocked/", {"pattern": "eva@news.test", "beside": "1"})
    assert beside.headers["HX-Redirect"] == "/acme/inbox/blocked/"
    page = facts.get("/acme/inbox/blocked/").text
    assert "eva@news.test is blocked, 1 conversation hidden." in page and "Unblock" in page
    with world.opened():
        Block.objects.update(ended_at=START)
        assert blocking.show(row=Block.objects.get(), at=START) == 1
    assert "news.test" in facts.get(f"/acme/inbox/t/{thread.uid}/block/", headers=HTMX).text


def test_who_blocks_for_all_learns_nothing_of_what_others_have(world: World) -> None:
    with world.opened():
        his = mailbox(world.bob, BOB)
        deliver(his, *(mail("rival@x.test", BOB, f"Offer {n}", id=f"{n}@x") for n in range(2)))
        mailbox(world.alice, ALICE)
    alice, bob = world.browser(world.alice), world.browser(world.bob)
    asked = {"pattern": "rival@x.test", "for_all": "1"}
    unknown = alice.get("/acme/inbox/blocked/preview/", asked | {"pattern": "nobody@x.test"})
    known = alice.get("/acme/inbox/blocked/preview/", asked)
    assert known.text == unknown.text.replace("nobody@x", "rival@x")
    assert "is hidden as well, and not counted here" in known.text
    told = alice.post("/acme/inbox/blocked/", asked)
    assert "rival@x.test is blocked, 0 conversations hidden." in told.headers["HX-Trigger"]
    assert "hides 0 conversations" in told.text
    assert "hides 2 conversations" in bob.get("/acme/inbox/blocked/").text


def test_it_goes_on_hiding_where_it_broke_off(world: World, monkeypatch: Any) -> None:
    monkeypatch.setattr(blocking, "AT_ONCE", 2)
    with world.opened():
        box = mailbox(world.alice, ALICE)
        deliver(box, *(mail("e@news.test", ALICE, f"S{n}", id=f"{n}@x") for n in range(5)))
        row = blocking.block(pattern="news.test", for_all=False, by=world.alice, at=START)
        assert blocking.hide(row=row, at=START) == 2
    tasks.go_on_blocking(workspace_id=world.acme.pk, pk=row.pk)
    with world.opened():
        assert shown(world.alice) == set()
        blocking.unblock(row=row, by=world.alice, at=START)
    tasks.go_on_blocking(workspace_id=world.acme.pk, pk=row.pk)
    with world.opened():
        assert len(shown(world.alice)) == 5 and not Block.objects.exists()


def test_it_writes_no_more_in_a_late_batch_than_in_the_first(
    world: World, monkeypatch: Any
) -> None:
    """What was kept of earlier batches is neither read nor written again."""
    monkeypatch.setattr(blocking, "AT_ONCE", 3)
    with world.opened():
        box = mailbox(world.alice, ALICE)
        deliver(box, *(mail("e@news.test", ALICE, f"S{n:02}", id=f"{n:02}@x") for n in range(24)))
        was = list(MailboxThread.objects.order_by("pk").values())
        row = blocking.block(pattern="news.test", for_all=False, by=world.alice, at=START)

    def settle() -> int:
        with world.opened(), CaptureQueriesContext(connection) as told:
            assert blocking.settle(pk=row.pk, at=START) == 3
        return sum(len(each["sql"]) for each in told)

    hidden = [settle() for _batch in range(8)]
    with world.opened():
        assert blocking.settle(pk=row.pk, at=START) == 0 and shown(world.alice) == set()
        blocking.unblock(row=Block.objects.get(), by=world.alice, at=START)
    back = [settle() for _batch in range(8)]
    assert max(hidden[1:]) < hidden[0] * 1.05 and max(back[1:]) < back[0] * 1.05
    with world.opened():
        assert blocking.settle(pk=row.pk, at=START) == 0
        rows = MailboxThread.objects.order_by("thread").values()
        told = [{name: value for name, value in each.items() if name != "id"} for each in rows]
        assert told == [{k: v for k, v in each.items() if k != "id"} for each in was]
        assert not Block.objects.exists() and not HiddenRow.objects.exists()


def test_it_gives_back_what_a_former_release_kept_and_what_was_merged_since(world: World) -> None:
    """A private conversation stays so when it came to be part of another one while hidden."""
    with world.opened():
        box = mailbox(world.alice, ALICE, visibility="shared")
        one, two, old = deliver(
            box, *(mail("e@news.test", ALICE, f"S{n}", id=f"{n}@x") for n in range(3))
        )
        secret = MailboxThread.objects.filter(thread__in=[one.thread, old.thread])
        secret.update(visibility="private")
        row = blocking.block(pattern="news.test", for_all=False, by=world.alice, at=START)
        blocking.hide(row=row, at=START)
        kept = HiddenRow.objects.filter(thread=old.thread)
        row.kept = [[each.thread_id, each.mailbox_id, each.was] for each in kept]
        row.save()
        kept.delete()
        merging.merge(into=two.thread_id, threads={one.thread_id})
        blocking.unblock(row=row, by=world.alice, at=START)
        assert blocking.show(row=row, at=START) == 3
        entries = MailboxThread.objects.filter(thread__in=[two.thread_id, old.thread_id])
        assert {entry.visibility for entry in entries} == {"private"} and len(entries) == 2


def test_it_lets_in_known_people_and_lists_the_rest_by_sender(world: World) -> None:
    with world.opened():
        make.person("Ana", "ana@santos.test")
        make.organization("Depot", domains=["depot.test"])
        box = mailbox(world.alice, ALICE, imports="known")
        make.connection(box)
        deliver(
            box,
            mail("ana@santos.test", ALICE, "Pilot", id="1@x"),
            mail("rui@depot.test", ALICE, "Vans", id="2@x"),
            mail("other@home.test", ALICE, "Re: Pilot", id="3@x", References="<1@x>"),
            mail("Leo <leo@new.test>", ALICE, "Hello", id="4@x"),
            mail("Leo <leo@new.test>", ALICE, "Hello again", id="5@x"),
            mail("eva@shop.test", ALICE, "Boat", id="6@x"),
        )
        assert shown(world.alice) == {"Pilot", "Vans", "Re: Pilot"}
        assert reasons() == dict.fromkeys(("Hello", "Hello again", "Boat"), "unknown_sender")
        assert not LedgerEntry.objects.filter(decision="skipped", blob__isnull=False).exists()
    alice, at = world.browser(world.alice), f"/acme/settings/mailboxes/{box.uid}/door/"
    page = alice.get(at).text
    assert all(each in page for each in ("leo@new.test", "Hello again", "eva@shop.test"))
    # What is let in takes its line away, and its answer is no part of that line
    assert page.count("hx-post") == page.count('hx-target="#door"') == 2
    assert at in alice.get(f"/acme/inbox/mailbox/{box.uid}/inbox/").text
    assert "3 mails with nobody you know" in alice.get(at.removesuffix("door/")).text
    assert world.browser(world.bob).get(at).status_code == 404
    alice.post(at, {"verb": "always", "sender": "leo@new.test"}, headers=HTMX)
    with world.opened():
        rows = LedgerEntry.objects.filter(sender="leo@new.test")
        assert set(rows.values_list("decision", "is_wanted")) == {("pending", True)}
        [later] = deliver(box, mail("leo@new.test", ALICE, "Third", id="7@x"))
        assert later.subject == "Third"
    told = world.api(world.alice).get(f"mailboxes/{box.uid}/door/").json()
    assert [each["sender"] for each in told["results"]] == ["eva@shop.test"]
    assert told["welcome"] == ["leo@new.test"]


def test_it_lets_in_an_answer_that_came_before_what_it_answers(world: World) -> None:
    """What waits of a conversation comes in with it; a blocked sender does not."""
    with world.opened():
        make.person("Ana", "ana@santos.test")
        box = mailbox(world.alice, ALICE, imports="known")
        other = mailbox(world.alice, "second@acme.test", imports="known")
        make.connection(box)
        early = mail("leo@new.test", ALICE, "Re: Pilot", id="2@x", References="<1@x>")
        further = mail("zoe@far.test", ALICE, "Re: Pilot", id="3@x", In_Reply_To="<2@x>")
        spam = mail("eva@news.test", ALICE, "Re: Pilot", id="4@x", References="<1@x>")
        stranger = mail("kim@else.test", ALICE, "Pilot", id="5@x")
        blocking.block(pattern="news.test", for_all=False, by=world.alice, at=START)
        deliver(box, early, further, spam, stranger)
        deliver(other, early)
        assert shown(world.alice) == set()
        assert DoorKey.objects.filter(mailbox=box).count() == 5

        deliver(box, mail("ana@santos.test", ALICE, "Pilot", id="1@x"))
        [back] = LedgerEntry.objects.filter(decision="pending")
        assert (back.sender, back.mailbox, back.is_wanted) == ("leo@new.test", box, False)
        again(back, early)
        # And whatever waits for that one
        [back] = LedgerEntry.objects.filter(decision="pending")
        assert back.sender == "zoe@far.test"
        again(back, further)
        assert not LedgerEntry.objects.filter(decision="pending").exists()
        assert len({row.thread_id for row in access.messages(world.alice)}) == 1
        assert access.messages(world.alice).count() == 3
        left = LedgerEntry.objects.filter(decision="skipped").order_by("pk")
        assert list(left.values_list("sender", "reason")) == [
            ("eva@news.test", "blocked"),
            ("kim@else.test", "unknown_sender"),
            ("leo@new.test", "unknown_sender"),
        ]

        # Let in by its sender, an answer brings what it answers along
        doors.let_in(mailbox=other, addresses=["leo@new.test"], by=world.alice, at=START)
        assert not DoorKey.objects.filter(mailbox=other).exists()


def test_it_reads_again_what_waits_without_keys_since_before(world: World) -> None:
    """As the migration does; what still is with nobody known is back at the door, with its keys."""
    step = importlib.import_module("inbox.migrations.0040_door_read_again")
    with world.opened():
        make.person("Ana", "ana@santos.test")
        box = mailbox(world.alice, ALICE, imports="known")
        make.connection(box)
        early = mail("leo@new.test", ALICE, "Re: Pilot", id="2@x", References="<1@x>")
        kept = mail("kim@else.test", ALICE, "Boat", id="3@x")
        deliver(box, early, kept, mail("zoe@far.test", ALICE, "Gone", id="4@x"))
        LedgerEntry.objects.filter(subject="Gone").update(missing_since=START)
        DoorKey.objects.exclude(entry__subject="Boat").delete()
        for _time in range(2):
            step.read_again(apps, LedgerEntry._base_manager.all())
            [back] = LedgerEntry.objects.filter(decision="pending")
            assert (back.subject, back.reason, back.is_wanted) == ("Re: Pilot", "", False)
        again(back, early)
        assert set(reasons()) == {"Re: Pilot", "Boat", "Gone"}
        assert DoorKey.objects.filter(entry=back).count() == 2
        deliver(box, mail("ana@santos.test", ALICE, "Pilot", id="1@x"))
        [back] = LedgerEntry.objects.filter(decision="pending")
        assert back.subject == "Re: Pilot"


def test_it_reads_again_where_one_upgrade_made_the_keys_as_well(world: World) -> None:
    """From before the table of keys: nobody had a right to it yet when it was looked into."""
    with world.opened():
        box = mailbox(world.alice, ALICE, imports="known")
        deliver(box, mail("kim@else.test", ALICE, "Boat", id="3@x"))
    step = importlib.import_module("inbox.migrations.0040_door_read_again").Migration.operations[0]
    with connections["owner"].cursor() as cursor:
        cursor.execute("REVOKE ALL ON inbox_doorkey FROM fio_app, fio_system")
        cursor.execute("DROP POLICY workspace_wall ON inbox_doorkey")
        cursor.execute("ALTER TABLE inbox_doorkey DISABLE ROW LEVEL SECURITY")
    with connections["owner"].schema_editor(atomic=False) as editor:
        step.code(apps, editor)
    assert inspection.findings() == []
    with world.opened():
        assert reasons() == {"Boat": "unknown_sender"}


def again(entry: LedgerEntry, raw: bytes) -> None:
    """The mail is fetched once more and decided anew, as the engine does with what is pending."""
    [blob] = blobs.keep(raws=[raw], at=START)
    arrival = Arrival(
        entry_id=entry.pk,
        blob_id=blob,
        raw_size=len(raw),
        parsed=parse.parse(raw),
        role="inbox",
        received_at=START,
        is_read=False,
        origin="live",
    )
    receive.store(mailbox=entry.mailbox, arrivals=[arrival], at=START)


def test_it_opens_the_door_to_who_becomes_known(
    world: World,
) -> None:
    with world.opened():
        box = mailbox(world.alice, ALICE, imports="known")
        make.connection(box)
        deliver(
            box,
            mail("eva@shop.test", ALICE, "Boat", id="1@x"),
            mail("zoe@home.test", ALICE, "Zoe here", id="2@x"),
        )
    api = world.api(world.alice)
    assert (
        api.post("people/", {"name": "Eva", "emails": [{"address": "eva@shop.test"}]}).status_code
        == 201
    )
    with world.opened():
        assert set(reasons()) == {"Zoe here"}
    assert api.patch(f"mailboxes/{box.uid}/", {"imports": "all"}).json()["imports"] == "all"
    with world.opened():
        assert reasons() == {}


def test_it_comes_to_its_end_though_every_bell_is_lost(world: World, monkeypatch: Any) -> None:
    """The broker forgets all it had, twice; meanwhile somebody closes what is still in sight."""
    monkeypatch.setattr(blocking, "AT_ONCE", 2)
    with world.opened():
        box = mailbox(world.alice, ALICE, visibility="shared")
        first = [mail("e@news.test", ALICE, f"S{n}", id=f"{n}@x") for n in range(3)]
        both = mail("e@news.test", f"{ALICE}, ana@santos.test", "Both", id="8@x")
        answer = mail("e@news.test", ALICE, "Re: Both", id="9@x", In_Reply_To="<8@x>")
        kept = deliver(box, *first, both, answer)[3].thread_id
    rung = list[Any]()
    monkeypatch.setattr(doorbell, "ring", lambda _work, _queue, **asked: rung.append(asked))
    alice = world.api(world.alice)
    made = alice.post("blocks/", {"pattern": "news.test"})
    assert len(rung) == 1 and blocking.due() == []
    with world.opened():
        assert len(shown(world.alice)) == 3
        [row] = Block.objects.all()
        MailboxThread.objects.filter(thread=kept).update(visibility="private", done_at=START)

    def found_later() -> None:
        with world.opened():
            Block.objects.update(due_at=START)
        tasks.ring_all()
        assert blocking.due() == [] and rung[-1]["pk"] == row.pk
        tasks.go_on_blocking(**rung[-1])

    found_later()
    with world.opened():
        assert shown(world.alice) == {"Both"} and Block.objects.get().due_at is None
    assert alice.delete(f"blocks/{made.json()['id']}/").status_code == 204
    with world.opened():
        assert len(shown(world.alice)) == 3
    found_later()
    with world.opened():
        assert len(shown(world.alice)) == 5 and not Block.objects.exists()
        entry = MailboxThread.objects.get(thread=kept)
        assert (entry.visibility, entry.done_at) == ("private", START)
        # Whoever had the page open as well finds it done
        blocking.unblock(row=row, by=world.alice, at=START)
