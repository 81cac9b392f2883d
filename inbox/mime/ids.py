"""Message-IDs (RFC 5322 §3.6.4), bare: without their angle brackets."""

import re

from inbox.mime import charset

NEVER = re.compile(r"[\s<>\x00-\x1f\x7f]+")
BRACKETED = re.compile(r"<([^<>]{1,990})>")
WRITTEN = re.compile(r"<([^>]{1,990})>")
WHOLE = re.compile(r"<((?!\S*><)\S{1,990})>")
LONGEST = 990  # bytes: an index of PostgreSQL takes 2,704 at most


def one(raw: bytes) -> str:
    """Return the id of a Message-ID header as it was written, or "" where it is missing."""
    text = charset.decode(raw).strip()
    found = WHOLE.fullmatch(text) or WRITTEN.search(text)
    bare = found[1] if found else text.lstrip("<").rstrip(">")
    return _cut(" ".join(bare.split()))


def key(bare: str) -> str:
    """Return an id as others name it: what can stand in none is left out, as are folds."""
    return NEVER.sub("", bare)


def many(raw: bytes) -> tuple[str, ...]:
    """Return the ids of References or In-Reply-To in their order, each once.

    Ids without brackets count only where nothing else is written: "bob@x.org's message of Monday"
    names a person.
    """
    text = charset.decode(raw)
    found = BRACKETED.findall(text)
    if not found and all("@" in word for word in text.split()):
        found = text.split()
    return tuple(dict.fromkeys(_cut(key(each)) for each in found))


def _cut(bare: str) -> str:
    return bare.encode()[:LONGEST].decode(errors="ignore") if len(bare) * 4 > LONGEST else bare
