"""How long a request waits for PostgreSQL: a server that froze answers nothing, nor refuses.

Neither `statement_timeout` nor the network's own timeouts see such a server: its kernel goes
on acknowledging for it. So whoever waits counts the seconds.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

import psycopg
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from psycopg.abc import PQGen

RV = TypeVar("RV")
# What a page waits for one statement, and then for another session; a probe waits less
SECONDS = 8.0
SESSION = 5.0


@dataclass(slots=True)
class Patience:
    """Seconds for each wait; once one was in vain, nobody waits again."""

    seconds: float
    is_lost: bool = False


_patience: ContextVar[Patience | None] = ContextVar("patience", default=None)


@contextmanager
def no_longer_than(seconds: float) -> Iterator[None]:
    """Inside, a statement that takes longer raises OperationalError and ends its session."""
    token = _patience.set(Patience(seconds))
    try:
        yield
    finally:
        _patience.reset(token)


def session() -> float | None:
    """Seconds to wait for a session, where that is less than everybody else waits; else None."""
    patience = _patience.get()
    if patience is None or patience.seconds >= SESSION:
        return None
    return 0.0 if patience.is_lost else patience.seconds


class Connection(psycopg.Connection[Any]):
    """psycopg's own, which gives up when the patience of who waits is at its end."""

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        patience = _patience.get()
        if patience is None:
            return super().wait(gen, interval, timeout)
        try:
            often = 0.01 if patience.is_lost else interval
            return super().wait(_until(gen, patience), often, timeout)
        except Impatient:
            patience.is_lost = True
            # In the middle of an answer: nothing more can be said on this line
            self.pgconn.finish()
            raise


class Impatient(psycopg.OperationalError):
    """The server let us wait too long."""


def _until(gen: PQGen[RV], patience: Patience) -> PQGen[RV]:
    """The same steps, ended when a wait among them gets too long."""
    end = 0.0 if patience.is_lost else time.monotonic() + patience.seconds
    try:
        wanted = next(gen)
        while True:
            ready = yield wanted
            if not ready and time.monotonic() > end:
                raise Impatient("PostgreSQL does not answer")
            wanted = gen.send(ready)
    except StopIteration as stop:
        found: RV = stop.value
        return found


class PatienceMiddleware:
    """Pages and programs are answered, if with 503, while the database is frozen."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with no_longer_than(SECONDS):
            return self.get_response(request)
