"""How names are compared: without case, accents and punctuation."""

import re
import unicodedata
from collections.abc import Iterable

APART = re.compile(r"[^\w@.+-]+")
LONGEST = 4000


def sort_key(name: str) -> str:
    """How a name sorts: without case and accents, since the database sorts by code point."""
    return _plain(name)[:200]


def search_text(parts: Iterable[str]) -> str:
    """What is searched of a record: its words in plain letters, each part after a blank."""
    words = (" ".join(filter(None, APART.split(_plain(part)))) for part in parts if part)
    return " ".join(dict.fromkeys(filter(None, words)))[:LONGEST]


def words(typed: str) -> list[str]:
    """The words somebody typed, as `search_text` keeps them; at most eight."""
    return [word for word in APART.split(_plain(typed)) if word.strip("@.+-_")][:8]


def _plain(text: str) -> str:
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))
