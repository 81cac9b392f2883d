"""Who comes last is no slower for it: the planner hears of a workspace while its mail comes in."""

import pytest

from crm.workspaces.postgres import planning
from inbox.models import Message
from tests import make
from tests.conftest import superuser
from tests.servers.fixtures import Box, mail
from tests.sync.office import Office
from tests.world import World

pytestmark = pytest.mark.peers


def expected(world: World) -> int:
    """How many mails PostgreSQL takes Acme to have."""
    ask = f"EXPLAIN (FORMAT JSON) SELECT FROM inbox_message WHERE workspace_id = {world.acme.pk}"
    row = superuser().execute(ask).fetchone()
    assert row is not None
    return int(row[0][0]["Plan"]["Plan Rows"])


def test_it_tells_the_planner_of_a_workspace_it_takes_for_empty(world: World, box: Box) -> None:
    with world.opened(world.globex):
        theirs = make.mailbox(world.charlie)
        for _number in range(100):
            make.message(theirs)
    superuser().execute("ANALYZE inbox_message")
    box.put(*(mail(n) for n in range(80)))
    office = Office.open(world, box)
    assert expected(world) == 1
    office.pull(2)
    assert office.decisions() == {"imported": 80}
    assert expected(world) > 20
    assert not planning.learn(world.acme.pk, 80, Message)
