"""Text whose lines were cut to travel, put together again (RFC 3676)."""

import re

QUOTES = re.compile(r">*")
SIGNATURE = "-- "


def joined(text: str, *, delete_space: bool) -> str:
    """Return format=flowed text with its paragraphs on one line each, quote marks kept.

    `delete_space` is the DelSp parameter: the space that marks a cut belongs to no word.
    """
    lines: list[list[str]] = []
    depth = 0
    is_open = False
    for line in text.split("\n"):
        quoted = QUOTES.match(line)
        marks = quoted.end() if quoted else 0
        words = line[marks:].removeprefix(" ")
        is_flowing = words.endswith(" ") and words != SIGNATURE and not words.isspace()
        kept = words[:-1] if is_flowing and delete_space else words
        if is_open and marks == depth and words.strip() and words != SIGNATURE:
            lines[-1].append(kept)
        else:
            lines.append([line[: len(line) - len(words)] if marks else "", kept])
        depth, is_open = marks, is_flowing
    return "\n".join("".join(pieces) for pieces in lines)
