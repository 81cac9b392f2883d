"""A mailbox whose server can be made to misbehave."""

from collections.abc import Callable

import pytest

from tests.servers.fixtures import *  # noqa: F403
from tests.servers.fixtures import Box
from tests.servers.proxy import Proxy
from tests.sync.office import Office
from tests.world import World


@pytest.fixture
def wire(box: Box, faulty: Callable[[int], Proxy]) -> Proxy:
    """What stands between us and the server."""
    return faulty(box.server.imap)


@pytest.fixture
def office(world: World, box: Box, wire: Proxy) -> Office:
    """Alice's mailbox, read over that wire without TLS."""
    found = Office.open(world, box)
    found.over(wire.port)
    return found
