"""What is refused changes nothing: all rows of a workspace before and after are compared."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.api.population import fingerprint
from tests.world import World


@contextmanager
def unchanged(world: World) -> Iterator[None]:
    """Every row in Acme is after the block what it was before."""
    before = fingerprint(world.acme.pk)
    yield
    after = fingerprint(world.acme.pk)
    for label, rows in before.items():
        assert after[label] == rows, f"{label} was changed"
