"""Long answers, made piece by piece beside the loop that serves them."""

from collections.abc import AsyncIterator, Iterator

from asgiref.sync import sync_to_async
from django.db import connections


async def beside(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Made in a thread; whoever makes them keeps no transaction open between two pieces."""
    try:
        while (piece := await sync_to_async(_next)(pieces)) is not None:
            yield piece
    finally:
        # The end of the request, which gives connections back, does not reach that thread
        await sync_to_async(connections.close_all)()


def _next(pieces: Iterator[bytes]) -> bytes | None:
    return next(pieces, None)
