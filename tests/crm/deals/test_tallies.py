"""Open deals are counted as they change, whichever way they change.

That the counts are right is asked after every story there is: tests/conftest.py.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

import psycopg
from django.db import connections

from crm.deals import actions, queries
from crm.deals.actions import removing
from crm.deals.models import Deal, Stage, Tally
from crm.fields import actions as records
from crm.workspaces import bulk
from crm.workspaces.models import Team, TeamMember
from crm.workspaces.tenancy import new_uid
from tests import make, tallies
from tests.conftest import superuser
from tests.world import NOW, World


def counted() -> list[Any]:
    rows = Tally.objects.order_by("stage_id", "currency", "month", "visibility", "owner_id")
    return list(rows.values_list("stage_id", "currency", "month", "owner_id", "count", "total"))


@contextmanager
def change(world: World, what: str) -> Iterator[None]:
    """A change in a transaction of its own, after which something else is counted, and rightly."""
    with world.opened():
        before = counted()
        yield
        assert counted() != before, what
    assert tallies.wrong(superuser()) == [], what


def test_it_counts_whatever_way_deals_change(world: World) -> None:
    by: dict[str, Any] = {"by": world.alice, "at": NOW}
    with world.opened():
        first, second, third = make.pipeline()
    with change(world, "made"):
        deal = make.deal(first, "A", value=100, owner=world.bob)
        other = make.deal(first, "B", value=None, currency="GBP", expected_on=date(2026, 11, 30))
    with change(world, "given a value"):
        records.change(other, {"value": Decimal("12.50")}, **by)
    with change(world, "expected"):
        actions.change_deal(deal=deal, values={"expected_on": date(2026, 12, 24)}, **by)
    with change(world, "hidden"):
        records.change(deal, {"visibility": "team"}, **by)
    with change(world, "handed over"):
        records.change(deal, {"owner": world.alice}, **by)
    with change(world, "moved"):
        actions.move_deal(deal=deal, to=second, **by)
    with change(world, "won"):
        actions.win_deal(deal=deal, **by)
    with change(world, "opened again"):
        actions.reopen_deal(deal=deal, **by)
    with change(world, "thrown away"):
        records.trash([other], **by)
    with change(world, "taken back"):
        records.restore([other], **by)
    with change(world, "copied in"):
        columns = (
            *("uid", "name", "name_key", "currency", "value", "status", "pipeline_id", "stage_id"),
            *("stage_since", "created_at", "updated_at", "lost_reason"),
        )
        place = ("open", third.pipeline_id, third.pk, NOW, NOW, NOW, "")
        rows = [(new_uid(), f"C{n}", f"c{n}", "EUR", Decimal(n), *place) for n in range(300)]
        bulk.insert(Deal, columns, rows)
    with change(world, "changed together"):
        Deal.objects.filter(name__startswith="C").update(stage=second, currency="BRL")
    with change(world, "its stage removed"):
        removing.remove_stage(stage=Stage.objects.get(pk=second.pk), to=third, **by)
    with change(world, "deleted"):
        Deal.objects.filter(name__startswith="C1").delete()
    with world.opened():
        before = counted()
        Deal.objects.update(search="words")
        assert counted() == before
        Deal.objects.all().delete()
        assert not Tally.objects.exists(), "what comes to nothing is not kept"


def test_it_tells_each_member_the_sums_of_what_he_sees(world: World) -> None:
    with world.opened():
        make.currency("EUR", is_base=True)
        stage = make.pipeline()[0]
        for name, visibility in (("1", "everyone"), ("10", "owner"), ("100", "team")):
            make.deal(stage, name, value=int(name), owner=world.alice, visibility=visibility)
        make.deal(stage, "1000", value=1000, owner=world.bob, visibility="owner")
        make.deal(stage, "10000", value=10000, visibility="below")

    def sums(member: Any) -> set[Decimal]:
        with world.opened():
            member.__dict__.pop("known_sight", None)
            board = queries.board(member, stage.pipeline)
            forecast = queries.forecast(member, stage.pipeline, date(2026, 11, 1))
            seen = Deal.objects.visible_to(member).values_list("value", flat=True)
            assert board.count == forecast.count == len(seen)
            return {board.total, forecast.total, sum(seen)}

    assert sums(world.alice) == {Decimal(11111)}
    assert sums(world.bob) == {Decimal(1001)}
    with world.opened():
        team = Team.objects.create(name="North")
        for member in (world.alice, world.bob):
            TeamMember.objects.create(team=team, member=member)
    assert sums(world.bob) == {Decimal(1101)}


def test_it_counts_for_two_at_once_who_do_not_wait(world: World) -> None:
    with world.opened():
        stage = make.pipeline()[0]
        mine, yours = make.deal(stage, "Mine"), make.deal(stage, "Yours")
    colleague = psycopg.connect(**connections["default"].get_connection_params())
    with colleague, world.opened():
        Deal.objects.filter(pk=mine.pk).update(value=1)
        colleague.execute("SET lock_timeout = '5s'")
        colleague.execute("SELECT set_config('app.workspace_id', %s, true)", [str(world.acme.pk)])
        colleague.execute("UPDATE deals_deal SET value = 2 WHERE id = %s", [yours.pk])
        colleague.commit()
    assert tallies.wrong(superuser()) == []
    with world.opened():
        assert [row.total for row in Tally.objects.order_by("pk")] == [Decimal(101), Decimal(-98)]
        Deal.objects.filter(pk=yours.pk).update(value=None)
        assert queries.board(world.bob, stage.pipeline).total == Decimal(1)
