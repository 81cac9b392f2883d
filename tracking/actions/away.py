"""While the database is away: what was asked for is kept in Valkey, and links lead on from there.

What is kept is written down once the database is back (`written`), and tells the time at which it
was asked for.
"""

import json
import logging
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import redis
from django.db import InterfaceError, OperationalError

from crm.ui import live
from tracking.actions import hearing
from tracking.actions.hearing import Asked
from tracking.agents import Judged

log = logging.getLogger(__name__)
AWAY = (OperationalError, InterfaceError)
HITS = "fio:hits"
# So many are kept, the oldest of them, half of the room for tokens that are known to be ours; and
# so long tokens and ways are known that need no database: workspaces live longer than that after
# they were closed, so nothing is left of one that was erased
MOST, LATELY = 100_000, timedelta(days=7)
# Seconds until a database that did not answer is asked again
REST = 2.0
_asked_again_at = 0.0


def is_away() -> bool:
    """Whether the database did not answer this process just now."""
    return time.monotonic() < _asked_again_at


def note() -> None:
    """It did not answer."""
    global _asked_again_at
    _asked_again_at = time.monotonic() + REST


def keep(asked: Asked) -> None:
    """Until the database is back; lost where Valkey is away as well, and where there is no room.

    Whoever asks for tokens he made up fills no more than half of it.
    """
    # The address is looked at when this is written down, and gone then
    names = ("token", "kind", "judged", "agent", "address")
    said = {name: getattr(asked, name) for name in names} | {"at": asked.at.isoformat()}
    try:
        if waiting() >= MOST // 2 and not live.client().exists(_name(asked.token)):
            return
        pipe = live.client().pipeline(transaction=False)
        pipe.rpush(HITS, json.dumps(said))
        pipe.ltrim(HITS, 0, MOST - 1)
        pipe.execute()
    except redis.RedisError:
        log.warning("a mail told of its reading while database and broker were away")


def waiting() -> int:
    """How many are kept; raises redis.RedisError."""
    found: Any = live.client().llen(HITS)
    return int(found)


def written(*, most: int) -> int:
    """Write some of them down, the oldest first; returns how many. Raises one of AWAY.

    Each is taken away only after it was written down, so that whoever is killed loses none; a hit
    that was written before is not written again (`hearing.hear`), also where several do so at once.
    """
    for done in range(most):
        said: Any = live.client().lindex(HITS, 0)
        if said is None:
            return done
        try:
            hearing.hear(_read(said))
        except AWAY:
            raise
        except Exception:
            # What cannot be written must not stand before all others for ever
            log.exception("a hit that waited could not be written down")
        live.client().lrem(HITS, 1, said)
    return most


def remember(ways: Mapping[str, str]) -> None:
    """Tokens for some days, with where links lead; without Valkey nothing is remembered."""
    try:
        pipe = live.client().pipeline(transaction=False)
        for token, target in ways.items():
            pipe.set(_name(token), target, ex=LATELY)
        pipe.execute()
    except redis.RedisError:
        return


def way(token: str) -> str:
    """Where a link of the last days leads; "" where that is not known."""
    try:
        found: Any = live.client().get(_name(token))
    except redis.RedisError:
        return ""
    return found.decode() if found else ""


def _name(token: str) -> str:
    return f"fio:way:{token}"


def _read(said: bytes) -> Asked:
    row = json.loads(said)
    row |= {"judged": Judged(*row["judged"]), "at": datetime.fromisoformat(row["at"])}
    return Asked(**row)
