"""Waiting for what another thread or process does."""

import time
from collections.abc import Callable

MOST = 60.0


def until(true: Callable[[], object], what: str = "it happens") -> None:
    """Look ten times a second, for a minute at most."""
    end = time.monotonic() + MOST
    while not true():
        assert time.monotonic() < end, f"waited in vain until {what}"
        time.sleep(0.1)
