"""How many statements it costs to put one conversation away, and to take that back exactly."""

from datetime import timedelta

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inbox.models import MailboxThread, SweepItem
from tests import make
from tests.world import World

# Both transactions are counted, with what tells the open pages
MOST = {"done": 12, "archive": 12, "trash": 12, "snooze": 14, "read": 14, "unread": 16}
MOST_BACK = {"done": 16, "archive": 16, "trash": 16, "snooze": 17, "read": 19, "unread": 19}


@pytest.mark.parametrize("verb", sorted(MOST))
def test_it_costs_few_statements(world: World, verb: str) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        rows = [make.message(box, subject=f"S{n}", is_read=verb == "unread") for n in range(3)]
        before = list(MailboxThread.objects.order_by("pk").values())
    alice = world.browser(world.alice)
    alice.get("/acme/inbox/inbox/")
    until = (timezone.now() + timedelta(days=1)).isoformat()
    said = {"verb": verb, "thread": str(rows[0].thread.uid), "until": until}
    with CaptureQueriesContext(connections["default"]) as seen:
        done = alice.post("/acme/inbox/triage/", said).json()
    assert len(seen) <= MOST[verb], seen.captured_queries
    with world.opened():
        assert list(MailboxThread.objects.order_by("pk").values()) != before
        assert SweepItem.objects.filter(is_done=True, is_changed=True).count() == 1
    with CaptureQueriesContext(connections["default"]) as seen:
        assert alice.post(done["undo"]).status_code == 200
    assert len(seen) <= MOST_BACK[verb], seen.captured_queries
    with world.opened():
        assert list(MailboxThread.objects.order_by("pk").values()) == before
