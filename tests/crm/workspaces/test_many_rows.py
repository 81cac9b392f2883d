"""Many rows at once: whatever they hold comes in as it was, behind both walls."""

from typing import Any

import pytest
from django.db import DatabaseError, connections, transaction
from django.test.utils import CaptureQueriesContext
from psycopg.types.json import Jsonb

from crm.workspaces import bulk
from crm.workspaces.postgres import columns
from crm.workspaces.tenancy import new_uid
from inbox.models import LedgerEntry, Mailbox, MessageBody, Thread
from inbox.models.message import Message
from tests import make
from tests.unchanged import unchanged
from tests.world import NOW, World

ODD = ["\\Seen", '"quoted", {braced}', "", "NULL", "back\\slash", "ação 漢字", "two\nlines"]
TEXT = "a\tb\\x00\\N€" * 10
LEDGER = (
    "uid mailbox_id folder_id generation number flags is_news attempts listed_at decision reason"
).split()


def entries(box: Mailbox, count: int) -> list[tuple[Any, ...]]:
    place = make.folder(box)
    return [
        (new_uid(), box.pk, place.pk, 1, n, ODD[: n % 8], False, 0, NOW, "pending", TEXT[:n])
        for n in range(count)
    ]


def test_it_keeps_odd_lists_and_texts_in_a_statement_for_a_few_thousand(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(columns, "MOST", 10)
    with world.opened():
        rows = entries(make.mailbox(world.alice), 25)
        with CaptureQueriesContext(connections["default"]) as asked:
            assert bulk.insert(LedgerEntry, LEDGER, rows) == 25
        found = LedgerEntry.objects.order_by("number").values_list("flags", "reason", "uid")
        assert list(found) == [(row[5], row[10], row[0]) for row in rows]
    assert len(asked) == 3


def test_it_keeps_octets_json_and_what_is_missing(world: World) -> None:
    with world.opened():
        written = make.message(make.mailbox(world.alice), subject="Price list")
        told = {"recipients": [{"reason": 'a "b" \\ €'}], "away_until": None}
        bulk.update(
            Message,
            ("bounce", "rfc_id", "sent_at", "is_read", "size"),
            [(written.pk, Jsonb(told), None, NOW, True, 2**31 - 1)],
        )
        written.refresh_from_db()
        assert (written.bounce, written.rfc_id, written.sent_at) == (told, None, NOW)
        assert written.size == 2**31 - 1
        assert MessageBody.objects.filter(message__among=[written.pk]).count() == 1


@pytest.mark.parametrize("number", [2**16 + 1, 2**40 + 1])
def test_it_refuses_a_number_that_its_column_cannot_hold(world: World, number: int) -> None:
    with world.opened():
        row = make.listed(make.folder(make.mailbox(world.alice)))
    with unchanged(world), pytest.raises(DatabaseError), world.opened():
        bulk.update(LedgerEntry, ("attempts",), [(row.pk, number)])


def test_it_writes_nothing_in_another_workspace(world: World) -> None:
    with world.opened():
        mine = make.thread("Mine")
        kept = make.listed(make.folder(make.mailbox(world.alice)))
        rest: tuple[Any, ...] = (1, 9, [], False, 0, NOW, "pending", "")
        strange = [(new_uid(), kept.mailbox_id, kept.folder_id, *rest)]
    with unchanged(world):
        with world.opened(world.globex):
            assert bulk.update(Thread, ("subject",), [(mine.pk, "Stolen")]) == 0
        with world.opened(world.globex):
            bulk.insert(LedgerEntry, LEDGER, strange)
            with pytest.raises(DatabaseError):
                connections["default"].check_constraints()
            transaction.set_rollback(True)
