"""What the apps above bring to the end of a workspace, which no code down here can know.

Each app says once, when it is ready, what it adds to an export, what it stops while a
workspace is closed and goes on with afterwards, and under which names it keeps something
in Valkey.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Paper:
    """A file of an export: where it lies in the archive, and how its bytes are had."""

    path: str
    read: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Part:
    """One app's share. `papers` and `count` run in the opened workspace; `papers` opens its
    own transactions. `stop` and `resume` run in the caller's transaction."""

    papers: Callable[[], Iterable[Paper]] | None = None
    count: Callable[[], int] | None = None
    stop: Callable[[datetime], None] | None = None
    resume: Callable[[datetime], None] | None = None
    # Of keys in Valkey, `{id}` being the workspace's
    keys: tuple[str, ...] = ()
    # Columns (model label, name) whose bytes are among the papers
    elsewhere: frozenset[tuple[str, str]] = field(default_factory=frozenset)


joined: list[Part] = []


def join(part: Part) -> None:
    """Take part in the end of workspaces."""
    joined.append(part)
