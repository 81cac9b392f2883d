"""What mail of ours brings back when it is answered: pixels of our own, and links by way of us.

Whatever is quoted, passed on, pasted or kept loses the pixels, and its links lead straight again.
Where they lead is known by an app above, which brings that when it is ready.
"""

import re
from collections.abc import Callable, Iterable
from functools import cache
from html import escape

from django.conf import settings

from inbox.mime import trackers

# Where links of these tokens lead, in the opened workspace
Targets = Callable[[Iterable[str]], dict[str, str]]
joined: list[Targets] = []


def join(targets: Targets) -> None:
    """Bring where links of ours lead."""
    joined.append(targets)


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
    for targets in joined:
        known |= targets(tokens)
    return links.sub(lambda match: written(known.get(match[1], "")) or match[0], said)


def _prefix() -> str:
    return f"{settings.SITE_URL}/t/"


@cache
def _links(prefix: str) -> re.Pattern[str]:
    return re.compile(rf"{re.escape(prefix)}([0-9A-Za-z]{{22}})(?![0-9A-Za-z.])")
