"""Live updates for open pages."""

import asyncio
from collections.abc import AsyncIterator

import redis
from asgiref.sync import sync_to_async
from django.db import connections, transaction
from django.http import StreamingHttpResponse

from crm.ui import live, stream
from crm.workspaces import directory
from crm.workspaces.middleware import MemberRequest
from crm.workspaces.models import User

HEARTBEAT = 20.0
LOOKS_AGAIN_EVERY = 3


@transaction.non_atomic_requests
async def events(request: MemberRequest, workspace: str) -> StreamingHttpResponse:
    """An event stream (text/event-stream) of what changed for this member.

    Ends when the member leaves the workspace, and when the page cannot keep up. `?age=`
    says how many milliseconds ago the page was asked for: the topic "everything" comes
    first when something has changed since then.
    """
    channel = live.channel(request.workspace.pk, request.member.pk)
    age = request.GET.get("age", "")[:12]
    words = _words(request.member.user, workspace, channel, int(age) if age.isdecimal() else None)
    response = StreamingHttpResponse(words, content_type="text/event-stream; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    return response


async def _words(user: User, slug: str, channel: str, age: int | None) -> AsyncIterator[str]:
    await sync_to_async(connections.close_all)()
    try:
        async for word in _heard(user, slug, channel, age):
            yield word
    except redis.RedisError:
        # Without the broker there is nothing to hear; the page comes back by itself
        yield "retry: 5000\n\n"


async def _heard(user: User, slug: str, channel: str, age: int | None) -> AsyncIterator[str]:
    beats = 0
    async with stream.hub().listening(channel) as queue:
        # Looked up before the first word, so that nothing said after it counts as missed
        missed = age is not None and await sync_to_async(live.has_missed)(channel, age=age / 1000)
        yield "retry: 2000\n\n"
        if missed:
            yield 'data: {"topic": "everything"}\n\n'
        while True:
            try:
                word = await asyncio.wait_for(queue.get(), HEARTBEAT)
            except TimeoutError:
                beats += 1
                if beats % LOOKS_AGAIN_EVERY == 0 and not await _still_here(user, slug):
                    return
                yield ": still here\n\n"
                continue
            if word is None:
                return
            yield f"data: {word}\n\n"


@sync_to_async
def _still_here(user: User, slug: str) -> bool:
    """Whether the member still belongs; no connection to the database is kept for it."""
    try:
        return directory.membership(user, slug) is not None
    finally:
        connections.close_all()
