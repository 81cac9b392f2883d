"""Mail of ours that left with tracking: what it told, and what of it comes back in answers.

Whatever is quoted, passed on, pasted or kept loses our pixels, and its links lead straight again.
All of it is known by an app above, which brings that when it is ready.
"""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from html import escape

from django.conf import settings

from inbox.mime import trackers

# Where links of these tokens lead, in the opened workspace
Targets = Callable[[Iterable[str]], dict[str, str]]


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of opens, or of clicks: `kind` is open or click, `who` human, proxy, bot or "".

    Where a person is among them, only what persons did is counted; "" means nobody so far. Of an
    open that no pixel told of, `known_by` is the click or the reply that nobody makes without it.
    """

    kind: str
    who: str = ""
    count: int = 0
    last_at: datetime | None = None
    known_by: str = ""


# What messages told, by id, in one query
Telling = Callable[[Collection[int]], dict[int, list[Told]]]
joined: list[tuple[Targets, Telling]] = []


def join(targets: Targets, telling: Telling) -> None:
    """Bring where links of ours lead, and what mails told."""
    joined.append((targets, telling))


def told(message_ids: Collection[int]) -> dict[int, list[Told]]:
    """What these tracked messages told, opens before clicks."""
    found: dict[int, list[Told]] = {}
    for _targets, telling in joined if message_ids else ():
        found |= telling(message_ids)
    return found


def straight_html(clean: str) -> str:
    """Cleaned HTML without pixels of anybody's, its links leading where they led when written.

    One query where there is a link of ours in it.
    """
    clean = trackers.without_pixels(clean, ours=_prefix())
    return _straight(clean, lambda target: escape(target))


def straight_text(text: str) -> str:
    """The same of plain text."""
    return _straight(text, lambda target: target)


def _straight(said: str, written: Callable[[str], str]) -> str:
    if _prefix() not in said:
        return said
    links = _links(_prefix())
    tokens = set(links.findall(said))
    known: dict[str, str] = {}
    for targets, _telling in joined:
        known |= targets(tokens)
    return links.sub(lambda match: written(known.get(match[1], "")) or match[0], said)


def _prefix() -> str:
    return f"{settings.SITE_URL}/t/"


@cache
def _links(prefix: str) -> re.Pattern[str]:
    return re.compile(rf"{re.escape(prefix)}([0-9A-Za-z]{{22}})(?![0-9A-Za-z.])")
