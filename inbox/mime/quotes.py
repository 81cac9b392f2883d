"""Own words, quoted words and signatures of a text, told apart in one pass over its lines."""

import re
from typing import Literal

from inbox.mime.folding import fold_html

__all__ = ["Piece", "fold_html", "own_words", "split_text"]

Piece = Literal["own", "quote", "signature"]

QUOTED = re.compile(r"^[ \t]*(?:>|\|(?=[ \t]))")
SIGNATURE = re.compile(r"^(?:--|__|—|--­)[ \t]*$")
WROTE = re.compile(
    r"^[> \t]*(?:on|am|em|le|el|il|den|op|no dia|a|at)\b.{1,300}"
    r"(?:wrote|writes|schrieb|escreveu|écrit|escribió|scritto|skrev|schreef)\b[^\n]{0,60}:?\s*$",
    re.I | re.S,
)


def own_words(text: str) -> str:
    """Return what the sender wrote: without quoted mail and without the signature."""
    kept = [piece for kind, piece in split_text(text) if kind == "own"]
    return "\n".join(kept).strip()


def split_text(text: str) -> list[tuple[Piece, str]]:
    """Return the text as (kind, lines) pieces in order."""
    pieces: list[tuple[Piece, list[str]]] = []
    for line in text.split("\n"):
        kind: Piece = "quote" if QUOTED.match(line) or WROTE.match(line) else "own"
        if SIGNATURE.match(line) or (pieces and pieces[-1][0] == "signature" and kind == "own"):
            kind = "signature"
        if pieces and pieces[-1][0] == kind:
            pieces[-1][1].append(line)
        else:
            pieces.append((kind, [line]))
    return [(kind, "\n".join(lines)) for kind, lines in pieces]
