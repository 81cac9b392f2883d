"""What people type into the search field.

Words, "phrases", -not and from: to: subject: has:attachment before: after: in: is:
are understood; what is not understood is searched for as it stands, and said.
"""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.utils import timezone

TERM = re.compile(r'(-?)(?:(\w+):)?(?:"([^"]*)"|(\S+))')
SLASHED = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
WORD = re.compile(r"\w+", re.UNICODE)
NAMES = ("has", "before", "after", "in", "is")
PLACES = ("inbox", "snoozed", "done", "archive", "trash", "spam", "sent", "all")


@dataclass
class Search:
    """A query taken apart; dates are aware datetimes, `after` included and `before` not."""

    words: list[str] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    subjects: list[str] = field(default_factory=list)
    place: str | None = None
    unread: bool | None = None
    attachment: bool = False
    before: datetime | None = None
    after: datetime | None = None
    # As ("before", "soon"): the name is known, the value means nothing
    unclear: list[tuple[str, str]] = field(default_factory=list)

    @property
    def tsquery(self) -> str:
        """The words for PostgreSQL's to_tsquery, the last letters of each left open.

        People are looked for among the names of a mail first; who of them is meant is
        settled on the rows that are left.
        """
        people = [f"{word}:*B" for who in self.senders + self.recipients for word in _words(who)]
        return " & ".join([*self.words, *self.subjects, *people])

    def __bool__(self) -> bool:
        return self != Search()


def parse(query: str) -> Search:
    """Take a query apart; never raises."""
    found = Search()
    for minus, name, phrase, word in TERM.findall(query[:500]):
        _take(found, name.lower(), phrase or word, bool(minus), is_phrase=bool(phrase))
    return found


def _take(found: Search, name: str, value: str, negated: bool, *, is_phrase: bool) -> None:
    if name == "from":
        found.senders.append(value.lower())
    elif name == "to":
        found.recipients.append(value.lower())
    elif name == "subject":
        found.subjects += [f"{word}:*A" for word in _words(value)]
    elif name == "has" and value.lower().startswith("attach"):
        found.attachment = True
    elif name in ("before", "after") and (day := _day(value)):
        setattr(found, name, day)
    elif name == "in" and value.lower() in PLACES:
        found.place = value.lower()
    elif name == "is" and value.lower() in ("read", "unread"):
        found.unread = value.lower() == "unread"
    else:
        if name in NAMES:
            found.unclear.append((name, value))
        words = _words(f"{name}:{value}" if name else value)
        if words:
            found.words.append(_expression(words, negated, is_phrase))


def _expression(words: list[str], negated: bool, is_phrase: bool) -> str:
    if is_phrase:
        joined = " <-> ".join(words)
    else:
        joined = " & ".join(f"{word}:*" if len(word) > 1 else word for word in words)
    return f"!({joined})" if negated else f"({joined})"


def _words(value: str) -> list[str]:
    """Letters and digits only, so that nothing of tsquery's own signs gets through."""
    return [word.replace("_", "")[:64] for word in WORD.findall(value) if word.strip("_")][:12]


def _day(value: str) -> datetime | None:
    """The beginning of a day where the reader is; None for what is no day."""
    try:
        return timezone.make_aware(datetime.combine(_date(value), time.min))
    except ValueError:
        return None


def _date(value: str) -> date:
    """2026-11-01, or 1/11/2026 with the day first, as both our languages have it."""
    if match := SLASHED.fullmatch(value):
        day, month, year = map(int, match.groups())
        return date(year, month, day)
    return date.fromisoformat(value)
