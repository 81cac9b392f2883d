"""Live updates for open pages."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

import redis
from asgiref.sync import sync_to_async
from django.db import connections, transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.utils import timezone
from django.views.decorators.http import require_safe

from crm.ui import live, stream, wishes
from crm.workspaces import directory, presence, quiet
from crm.workspaces.middleware import MemberRequest
from crm.workspaces.models import User

HEARTBEAT = 20.0
# Seconds after which it is asked again whether the listener may still listen; where nothing is
# told that is a heartbeat later, so within a minute
LOOKS_AGAIN = 40.0
# The same before something is told that has words in it, such as the title of a mail
LOOKS_CLOSELY = 5.0


@dataclass(frozen=True, slots=True)
class Listener:
    """Who hears an event stream, of which workspace, and the session it was opened in."""

    user: User
    slug: str
    session_key: str


@require_safe
def mark(request: HttpRequest) -> HttpResponse:
    """Our mark, for pages that name no picture of their own: the operators', a raw answer."""
    return redirect(static("mark.svg"))


@transaction.non_atomic_requests
async def events(request: MemberRequest, workspace: str) -> StreamingHttpResponse:
    """An event stream (text/event-stream) of what changed for this member.

    Ends when the member leaves the workspace or his session is over: within a minute however
    much there is to tell, and before any words of a mail are told. It ends as well when the page
    cannot keep up. `?age=` says how many milliseconds ago the page was asked for: the topic
    "everything" comes first when something has changed since then.
    """
    channel = live.channel(request.workspace.pk, request.member.pk)
    age = request.GET.get("age", "")[:12]
    who = Listener(request.member.user, workspace, request.session.session_key or "")
    words = _words(who, channel, int(age) if age.isdecimal() else None)
    response = StreamingHttpResponse(words, content_type="text/event-stream; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    return response


async def _words(who: Listener, channel: str, age: int | None) -> AsyncIterator[str]:
    await sync_to_async(connections.close_all)()
    try:
        async for word in _heard(who, channel, age):
            yield word
    except redis.RedisError:
        # Without the broker there is nothing to hear; the page comes back by itself
        yield "retry: 5000\n\n"


async def _heard(who: Listener, channel: str, age: int | None) -> AsyncIterator[str]:
    looked_at = time.monotonic()
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
                word = ""
            if time.monotonic() - looked_at >= _looks_after(word or ""):
                if not await _still_here(who):
                    return
                looked_at = time.monotonic()
            if word is None:
                return
            yield f"data: {_quietly(who.user, word)}\n\n" if word else ": still here\n\n"


def _looks_after(word: str) -> float:
    """Seconds since the last look after which there is another before this word is told."""
    if wishes.are_in(word):
        return 0.0
    return LOOKS_CLOSELY if '"why"' in word else LOOKS_AGAIN


def _quietly(user: User, word: str) -> str:
    """In quiet hours the page hears of what would be told aloud that it is not to be."""
    if '"why"' not in word and '"new"' not in word:
        return word
    if not quiet.holds(user, timezone.now()):
        return word
    return json.dumps({**json.loads(word), "quiet": True})


@sync_to_async
def _still_here(who: Listener) -> bool:
    """Whether he still belongs and is signed in; no connection to the database is kept for it."""
    try:
        member = directory.membership(who.user, who.slug)
        is_open = member is not None and member.workspace.closed_at is None
        if is_open:
            # Quiet hours may be others by now
            who.user.refresh_from_db()
        return is_open and presence.stands(who.session_key)
    finally:
        connections.close_all()
