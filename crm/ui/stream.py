"""The other end of `live`: one subscription a process, shared by every open page.

Pages come and go by the thousand; the process keeps one connection to the broker and
hands each word to the pages of the member it is for. A page that cannot keep up, or a
broker that goes away, ends the stream: the page comes back and asks for everything anew.
"""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator
from weakref import WeakKeyDictionary

import redis.asyncio as redis
from django.conf import settings

BACKLOG = 200
_hubs: "WeakKeyDictionary[asyncio.AbstractEventLoop, Hub]" = WeakKeyDictionary()

Words = asyncio.Queue[str | None]


class Hub:
    """The subscription of one event loop and the pages that listen through it."""

    def __init__(self) -> None:
        self._pages: dict[str, set[Words]] = defaultdict(set)
        self._client: redis.Redis | None = None
        self._pubsub: redis.client.PubSub | None = None
        self._reader: asyncio.Task[None] | None = None
        self._lock = asyncio.Lock()

    @contextlib.asynccontextmanager
    async def listening(self, channel: str) -> AsyncIterator[Words]:
        """The words of one channel; None in the queue says that the stream is over."""
        words: Words = asyncio.Queue(BACKLOG)
        async with self._lock:
            pubsub = self._open()
            if channel not in self._pages:
                try:
                    await pubsub.subscribe(channel)
                except redis.RedisError:
                    await self._end_all()
                    raise
            self._pages[channel].add(words)
            if self._reader is None:
                self._reader = asyncio.create_task(self._read(pubsub))
        try:
            yield words
        finally:
            await asyncio.shield(self._leave(channel, words))

    def _open(self) -> redis.client.PubSub:
        if self._pubsub is None:
            self._client = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2)
            self._pubsub = self._client.pubsub(ignore_subscribe_messages=True)
        return self._pubsub

    async def _leave(self, channel: str, words: Words) -> None:
        async with self._lock:
            self._pages[channel].discard(words)
            if self._pages[channel]:
                return
            del self._pages[channel]
            if not self._pages:
                await self._close()
            elif self._pubsub is not None:
                with contextlib.suppress(redis.RedisError):
                    await self._pubsub.unsubscribe(channel)

    async def _read(self, pubsub: redis.client.PubSub) -> None:
        try:
            async for message in pubsub.listen():
                self._hand_out(message["channel"].decode(), message["data"].decode())
        except redis.RedisError:
            async with self._lock:
                self._reader = None
                await self._end_all()

    async def _end_all(self) -> None:
        """The broker is away: every page is told to come back, and then subscribes anew."""
        for pages in self._pages.values():
            for words in pages:
                _end(words)
        self._pages.clear()
        await self._close()

    def _hand_out(self, channel: str, word: str) -> None:
        for words in self._pages.get(channel, ()):
            try:
                words.put_nowait(word)
            except asyncio.QueueFull:
                _end(words)

    async def _close(self) -> None:
        reader, self._reader = self._reader, None
        if reader is not None:
            reader.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await reader
        pubsub, self._pubsub = self._pubsub, None
        client, self._client = self._client, None
        with contextlib.suppress(redis.RedisError):
            if pubsub is not None:
                await pubsub.aclose()  # type: ignore[no-untyped-call]
            if client is not None:
                await client.aclose()


def _end(words: Words) -> None:
    while words.full():
        words.get_nowait()
    words.put_nowait(None)


def hub() -> Hub:
    """The hub of the running event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
    return _hubs[loop]
