"""An event loop in a thread, for servers that live inside the test process."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

Result = TypeVar("Result")


class Loop:
    """Runs coroutines of the test's servers."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """The result of a coroutine, from another thread."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(20)

    def stop(self) -> None:
        """Cancel what still runs and end the thread."""
        self.run(self._cancel())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.loop.close()

    async def _cancel(self) -> None:
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@contextmanager
def listener(
    start: Callable[[], Coroutine[Any, Any, asyncio.Server]],
) -> Iterator[int]:
    """Run a server in a loop of its own on a port the system picked; that port."""
    loop = Loop()
    try:
        server = loop.run(start())
        port: int = server.sockets[0].getsockname()[1]
        try:
            yield port
        finally:
            loop.loop.call_soon_threadsafe(server.close)
    finally:
        loop.stop()
