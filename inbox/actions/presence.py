"""Who has a conversation open just now: kept in the broker for half a minute, and nowhere else."""

import time
from collections.abc import Iterable
from typing import Any

import redis

from crm.ui import live
from crm.workspaces.models import Membership

# Pages say every ten seconds that they are there
LASTS = 25
STATES = ("reading", "writing", "gone")


def key(workspace: int, thread: int, mailbox: int) -> str:
    return f"fio:here:{workspace}:{thread}:{mailbox}"


def note(*, thread: int, mailboxes: Iterable[int], by: Membership, state: str, topic: str) -> None:
    """A member reads, writes or went; whoever else is there is told where that is new.

    Said of each mailbox apart, so that nobody hears of a copy he cannot see. Without the broker
    nothing is kept, and nobody is told.
    """
    now = time.time()
    others: set[int] = set()
    is_new = False
    try:
        for box in mailboxes:
            name = key(by.workspace_id, thread, box)
            found = _kept(name)
            before = found.get(by.pk, "")
            is_new |= not before.startswith(state) or _age(before, now) > LASTS
            others |= found.keys() - {by.pk}
            if state == "gone":
                live.client().hdel(name, str(by.pk))
            else:
                live.client().hset(name, str(by.pk), f"{state} {now}")
                live.client().expire(name, 2 * LASTS)
    except redis.RedisError:
        return
    if is_new and others:
        live.publish(workspace_id=by.workspace_id, members=others, topic=topic)


def here(*, thread: int, mailboxes: Iterable[int], but: Membership) -> dict[int, str]:
    """What the others do who have it open, by member; writing goes before reading."""
    now, found = time.time(), dict[int, str]()
    try:
        for box in mailboxes:
            for pk, told in _kept(key(but.workspace_id, thread, box)).items():
                is_here = pk != but.pk and _age(told, now) <= LASTS
                if is_here and found.get(pk) != "writing":
                    found[pk] = told.partition(" ")[0]
    except redis.RedisError:
        return {}
    return found


def _kept(name: str) -> dict[int, str]:
    """What each member was said to do there, and when."""
    rows: Any = live.client().hgetall(name)
    return {int(pk): told.decode() for pk, told in rows.items()}


def _age(told: str, now: float) -> float:
    _state, _space, at = told.partition(" ")
    return now - float(at) if at else now
