"""A shared thread is read by whoever sees a record it is linked to, of whatever kind."""

from itertools import product
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from crm.timeline.queries import history
from inbox.models import MailboxThread, Message, Thread
from inbox.queries import access, lists, reading
from tests import make
from tests.world import World

KINDS = ("person", "organization", "deal", "lead", "project")
HTMX = {"HX-Request": "true"}


def record(world: World, kind: str, **fields: Any) -> Any:
    """A record of Alice's that only she and the administrators see, or as told."""
    given: dict[str, Any] = {"owner": world.alice, "visibility": "owner"} | fields
    makers: dict[str, Any] = {
        "person": lambda: make.person("Dana Whitfield", **given),
        "organization": lambda: make.organization(**given),
        "deal": lambda: make.deal(make.pipeline()[0], **given),
        "lead": lambda: make.lead(**given),
        "project": lambda: make.project(make.board()[0], **given),
    }
    return makers[kind]()


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_read_by_whoever_sees_the_record(world: World, kind: str) -> None:
    """Visible or not × shared or private × linked or undone: Bob reads it in one case of eight."""
    bob, api = world.browser(world.bob), world.api(world.bob)
    with world.opened():
        row = record(world, kind)
        mail = make.message(make.mailbox(world.alice), subject="Pilot", text="Zebra.\n")
        link = make.linked(mail.thread, row)
        uid, box = mail.thread.uid, mail.mailbox_id
    for seen, shared, stands in product(
        ("everyone", "owner"), ("shared", "private"), (True, False)
    ):
        with world.opened():
            type(row).objects.filter(pk=row.pk).update(visibility=seen)
            MailboxThread.objects.update(visibility=shared)
            type(link).objects.update(undone_at=None if stands else mail.received_at)
            reads = (seen, shared, stands) == ("everyone", "shared", True)
            told = access.readers(thread_id=mail.thread_id, mailbox_ids=[box])
            assert (world.bob.pk in told) is reads and world.alice.pk in told
            assert access.messages(world.bob).exists() is reads
            assert access.entries(world.bob).exists() is reads
            found = lists.threads(world.bob, lists.Filter(query="zebra")).rows
            assert bool(found) is reads
            if seen == "everyone":
                mails = history.history(world.bob, row, show="mail").entries
                assert bool(mails) is reads
        case, code = (kind, seen, shared, stands), 200 if reads else 404
        assert bob.get(f"/acme/inbox/t/{uid}/").status_code == code, case
        assert api.get(f"threads/{uid}/").status_code == code, case
        assert api.get(f"messages/{mail.uid}/").status_code == code, case
        tab = bob.get(f"/acme/inbox/of/{kind}/{row.uid}/", headers=HTMX)
        assert tab.status_code == (200 if seen == "everyone" else 404), case
        assert ("Pilot" in tab.text) is reads, case
        if seen == "everyone":
            narrowed = api.get("threads/", **{kind: str(row.uid)}).json()["results"]
            assert bool(narrowed) is reads, case


def test_it_says_through_which_record_somebody_reads(world: World) -> None:
    with world.opened():
        deal = record(world, "deal", visibility="everyone")
        hidden = record(world, "lead", owner=world.bob)
        type(deal).objects.filter(pk=deal.pk).update(owner=world.alice, visibility="owner")
        mail = make.message(make.mailbox(world.alice), visibility="shared")
        make.linked(mail.thread, hidden)
        uid = mail.thread.uid
    page = world.browser(world.bob).get(f"/acme/inbox/t/{uid}/")
    assert [(each.name, each.why) for each in page.context["readers"]] == [
        ("Alice Moreira", "their mailbox"),
        ("Bob Lindqvist", f"sees {hidden.name}"),
    ]
    with world.opened():
        make.linked(mail.thread, deal)
        page_of_bob = reading.thread(world.bob, uid)
        assert [link.name for link in page_of_bob.told] == [hidden.name]
        assert len(page_of_bob.links) == 2


def test_it_costs_the_same_however_many_records_it_is_linked_to(world: World) -> None:
    with world.opened():
        mail = make.message(make.mailbox(world.alice), visibility="shared")
        for kind in KINDS:
            make.linked(mail.thread, record(world, kind, visibility="everyone"))
    bob = world.browser(world.bob)

    def queries() -> int:
        with CaptureQueriesContext(connections["default"]) as ran:
            assert bob.get(f"/acme/inbox/t/{mail.thread.uid}/").status_code == 200
            assert bob.get("/acme/inbox/search/?q=price").status_code == 200
        return len(ran)

    queries()  # who asks is looked up once
    few = queries()
    with world.opened():
        for kind in (*KINDS, *KINDS):
            make.linked(mail.thread, record(world, kind, visibility="everyone"))
    assert queries() <= few
    with world.opened():
        assert Thread.objects.count() == 1 and Message.objects.count() == 1
