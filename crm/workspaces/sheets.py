"""CSV that a spreadsheet only shows: a cell that it would compute is marked as text."""

import csv
import io
import itertools
from collections.abc import Iterable, Iterator, Sequence

# What begins a formula somewhere, and what some programs drop before looking for one
FORMULA = tuple("=+-@\t\r\n＝＋－＠")


def cell(value: object) -> str:
    """A value as text; an apostrophe in front keeps a would-be formula from being computed."""
    text = "" if value is None else str(value)
    return f"'{text}" if is_marked(text) else text


def is_marked(text: str) -> bool:
    """Whether a text gets an apostrophe in front: a would-be formula, or one that has some."""
    return text.lstrip("' \u00a0").startswith(FORMULA)


def lines(heading: Sequence[object], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The file line by line (RFC 4180), the heading first."""
    for row in itertools.chain([heading], rows):
        buffer = io.StringIO()
        csv.writer(buffer).writerow([cell(value) for value in row])
        yield buffer.getvalue()
