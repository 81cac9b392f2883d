"""What is asked is never compiled nor shared out, whatever the server would do by itself."""

import pytest
from django.db import connections

from tests.world import World


@pytest.mark.parametrize("alias", ["default", "system"])
def test_it_neither_compiles_nor_shares_out(world: World, alias: str) -> None:
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('jit'), current_setting('max_parallel_workers_per_gather')"
        )
        assert cursor.fetchone() == ("off", "0")
