"""Threads find the records they belong to, say why, and mail among ourselves finds none."""

from typing import Any

from django.db import connections
from django.test.utils import CaptureQueriesContext

from inbox.models import ThreadLink
from tests import make
from tests.inbox.post import START, deliver, mail, mailbox
from tests.world import NOW, World

ALICE, ANA = "alice@acme.test", "Ana <ana@santos.test>"


def links(thread_id: int | None = None) -> set[tuple[str, str, str]]:
    rows = ThreadLink.objects.filter(undone_at=None)
    if thread_id is not None:
        rows = rows.filter(thread=thread_id)
    return {(row.kind, row.rule, row.why) for row in rows}


def test_it_links_people_and_where_they_work(world: World) -> None:
    """By the person, by the person's organization, and by a domain that is not everybody's."""
    with world.opened():
        santos = make.organization("Santos Frio", domains=["santos.test"])
        make.organization("Free riders", domains=["gmail.com"])
        depot = make.organization("Depot")
        make.person("Ana", "ana@santos.test", organization=depot)
        box = mailbox(world.alice, ALICE)
        [one] = deliver(box, mail(ANA, ALICE, "Pilot", id="1@x"))
        assert links(one.thread_id) == {
            ("person", "address", "ana@santos.test"),
            ("organization", "works", "ana@santos.test"),
            ("organization", "domain", "ana@santos.test"),
        }
        assert ThreadLink.objects.get(rule="works").object_id == depot.pk
        [two] = deliver(box, mail("Rui <rui@santos.test>", ALICE, "Prices", id="2@x"))
        assert links(two.thread_id) == {("organization", "domain", "rui@santos.test")}
        assert ThreadLink.objects.get(thread=two.thread_id).object_id == santos.pk
        [free] = deliver(box, mail("Zé <ze@gmail.com>", ALICE, "Hi", id="3@x"))
        assert links(free.thread_id) == set()


def test_it_leaves_mail_among_ourselves_alone(world: World) -> None:
    with world.opened():
        make.person("Bob as a person", "bob@acme.test")
        make.organization("Acme itself", domains=["acme.test"])
        box = mailbox(world.alice, ALICE)
        bob = "Bob <bob@acme.test>"
        deliver(box, mail(bob, f"{ALICE}, temp@acme.test", "Lunch", id="1@x"))
        assert links() == set()
        make.person("Ana", "ana@santos.test")
        deliver(box, mail(bob, f"{ALICE}, ana@santos.test", "Plan", id="2@x"))
        assert links() == {("person", "address", "ana@santos.test")}


def test_it_links_the_only_open_deal_lead_or_project(world: World) -> None:
    """One open item links; several wait to be asked about; closed ones and later ones do not."""
    with world.opened():
        stages = make.pipeline()
        people = {
            name: make.person(name, f"{name}@santos.test") for name in ("ana", "rui", "eva", "leo")
        }
        early: dict[str, Any] = {"created_at": START}
        make.deal(stages[0], person=people["ana"], **early)
        make.deal(stages[0], "Won", person=people["ana"], status="won", **early)
        make.lead(person=people["rui"], **early)
        make.deal(stages[0], "Also", person=people["rui"], **early)
        make.project(make.board()[0], person=people["eva"], **early)
        make.deal(stages[0], "Later", person=people["leo"], created_at=NOW)
        box = mailbox(world.alice, ALICE)
        found = deliver(
            box,
            *(mail(f"{name}@santos.test", ALICE, name, id=f"{name}@x") for name in people),
        )
        told = {
            row.subject: {kind for kind, rule, _why in links(row.thread_id) if rule == "open"}
            for row in found
        }
    assert told == {"ana": {"deal"}, "rui": set(), "eva": {"project"}, "leo": set()}


def test_it_never_links_again_what_was_undone(world: World) -> None:
    with world.opened():
        ana = make.person("Ana", "ana@santos.test")
        make.deal(make.pipeline()[0], person=ana, created_at=START)
        box = mailbox(world.alice, ALICE)
        [one] = deliver(box, mail(ANA, ALICE, "Pilot", id="1@x"))
        assert {kind for kind, _rule, _why in links()} == {"person", "deal"}
        ThreadLink.objects.filter(kind="deal").update(undone_at=NOW)
        deliver(box, mail(ANA, ALICE, "Re: Pilot", id="2@x", References="<1@x>"))
        assert {kind for kind, _rule, _why in links()} == {"person"}
        # An answer from an address nobody knows belongs to the person of the thread
        deliver(box, mail("x@elsewhere.test", ALICE, "Re: Pilot", id="3@x", References="<2@x>"))
        assert links(one.thread_id) == {("person", "address", "ana@santos.test")}


def test_it_links_only_what_the_mailbox_may_see(world: World) -> None:
    with world.opened():
        ana = make.person("Ana", "ana@santos.test")
        hidden: dict[str, Any] = {"owner": world.alice, "visibility": "owner", "created_at": START}
        make.deal(make.pipeline()[0], person=ana, **hidden)
        [his] = deliver(
            mailbox(world.bob, "bob@acme.test"), mail(ANA, "bob@acme.test", "A", id="1@x")
        )
        assert {kind for kind, _r, _w in links(his.thread_id)} == {"person"}
        [hers] = deliver(mailbox(world.alice, ALICE), mail(ANA, ALICE, "B", id="2@x"))
        assert {kind for kind, _r, _w in links(hers.thread_id)} == {"person", "deal"}


def test_it_decides_for_a_batch_in_as_many_statements(world: World) -> None:
    many = 40
    with world.opened():
        stage, santos = make.pipeline()[0], make.organization(domains=["santos.test"])
        for number in range(many + 1):
            person = make.person(f"P{number}", f"p{number}@santos.test", organization=santos)
            make.deal(stage, f"Deal {number}", person=person, created_at=START)
        box = mailbox(world.alice, ALICE)

        def statements(first: int, count: int) -> int:
            mails = [
                mail(f"p{n}@santos.test", ALICE, f"S{n}", id=f"{n}@x")
                for n in range(first, first + count)
            ]
            with CaptureQueriesContext(connections["default"]) as ran:
                deliver(box, *mails, origin="backfill")
            # The ledger is written mail by mail by the test alone
            return len([each for each in ran if "ledgerentry" not in each["sql"].lower()])

        few, all_of_them = statements(0, 2), statements(2, many - 2)
        assert all_of_them <= few
        assert ThreadLink.objects.filter(rule="open").count() == many
