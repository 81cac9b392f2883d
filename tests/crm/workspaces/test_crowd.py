"""Many people of many workspaces at once, on connections that all of them share.

FIO_CROWD=20000 asks as often as one has time for; the usual number takes seconds.
"""

import os
import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import DatabaseError, connections, models, transaction

from crm.contacts.models import Person
from crm.workspaces import actions, opening
from crm.workspaces.tenancy import ForeignWorkspace, NoWorkspace, WalledManager, open_workspace
from tests import make
from tests.world import NOW, Api, World

ASKED = int(os.environ.get("FIO_CROWD", "150"))
ABREAST, COMPANIES = 16, 10 if ASKED < 10_000 else 50


@pytest.fixture(params=["both walls", "without the first wall"])
def walls_up(request: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "without the first wall":
        monkeypatch.setattr(WalledManager, "get_queryset", models.Manager.get_queryset)


def company(world: World, number: int) -> tuple[str, Any, Api]:
    """A workspace with a mailbox, a mail and a person, each named by its canary."""
    canary = f"canary{number}q"
    user = actions.create_user(email=f"{canary}@firm.test", password="long enough secret")
    member = actions.create_workspace(name=canary, owner=user, at=NOW)
    with world.opened(member.workspace):
        make.message(make.mailbox(member), subject=canary, text=f"{canary}\n")
        make.person(canary, f"{canary}@northwind.test")
    return canary, world.browser(member), world.api(member)


def asking(canary: str, browser: Any, api: Api) -> list[Callable[[], Any]]:
    return [
        lambda: browser.get(f"/{canary}/inbox/inbox/"),
        lambda: browser.get(f"/{canary}/inbox/search/", {"q": canary}),
        lambda: browser.get(f"/{canary}/people/"),
        lambda: api.get("people/"),
        lambda: api.get("threads/"),
        lambda: api.get("members/"),
    ]


def test_it_shows_each_of_a_crowd_his_own_rows_only(world: World, walls_up: None) -> None:
    firms = [company(world, number) for number in range(COMPANIES)]
    turns = [random.Random(number).choice(firms) for number in range(ASKED)]

    def turn(at: int) -> list[str]:
        canary, browser, api = turns[at]
        ways = asking(canary, browser, api)
        try:
            said = ways[at % len(ways)]().content.decode()
            assert opening.opened() is None
        finally:
            connections.close_all()
        strange = [other for other, _b, _a in firms if other != canary and other in said]
        return strange if canary in said else ["not even one's own"]

    with ThreadPoolExecutor(ABREAST) as pool:
        assert [found for found in pool.map(turn, range(ASKED)) if found] == []
    assert set(_left_behind()) <= {None, ""}


def _left_behind() -> Iterator[str | None]:
    """What each connection of the pool still says about a workspace."""
    pool = connections["default"].pool  # type: ignore[attr-defined]  # of PostgreSQL
    taken = [pool.getconn() for _ in range(min(ABREAST, pool.get_stats()["pool_size"]))]
    for connection in taken:
        yield connection.execute("SELECT current_setting('app.workspace_id', true)").fetchone()[0]
        pool.putconn(connection)


def test_it_opens_no_workspace_for_other_threads(world: World) -> None:
    def elsewhere() -> int | None:
        with pytest.raises(NoWorkspace):
            Person.objects.exists()
        return opening.opened()

    with world.opened(), ThreadPoolExecutor(1) as pool:
        assert pool.submit(elsewhere).result() is None


def test_it_forgets_the_workspace_of_what_failed(world: World) -> None:
    with pytest.raises(ZeroDivisionError), world.opened():
        raise ZeroDivisionError
    assert opening.opened() is None
    with pytest.raises(DatabaseError), transaction.atomic():
        connections["default"].cursor().execute("SELECT * FROM contacts_person")


def test_it_raises_where_no_transaction_is_open(world: World) -> None:
    with open_workspace(world.acme.pk), pytest.raises(DatabaseError):
        Person.objects.exists()


def test_it_names_one_workspace_a_transaction_also_one_after_the_other(world: World) -> None:
    with transaction.atomic():
        with open_workspace(world.acme.pk):
            Person.objects.exists()
        with open_workspace(world.acme.pk):
            Person.objects.exists()
        with pytest.raises(ForeignWorkspace), open_workspace(world.globex.pk):
            Person.objects.exists()
    with world.opened(world.globex):
        assert not Person.objects.exists()
