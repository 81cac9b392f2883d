"""The rows of a file, as far as they fit."""

from collections.abc import Iterator

from crm.contacts.tables.table import Table, Unreadable

# More than this is no list of contacts, or is meant to hurt
MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 200_000, 300, 20_000
# Bytes that all cells take as Python keeps them, at most: a workbook says one text once and shows
# it in every cell, and a text of separators is all cells
HEAVIEST, OF_A_CELL, OF_A_TEXT, OF_A_LETTER = 480_000_000, 8, 56, 4


def made_of(lines: Iterator[list[str]]) -> Table:
    """The first line that says something is the heading; empty lines are left out.

    Raises Unreadable.
    """
    heading: list[str] = []
    rows: list[list[str]] = []
    weight = 0
    for line in lines:
        cells = [_kept(cell) for cell in line[: len(heading) or MOST_COLUMNS]]
        if not any(cells):
            continue
        if not heading:
            if any(map(str.strip, line[MOST_COLUMNS:])):
                raise Unreadable("too_wide")
            heading = _without_end(cells)
            continue
        texts = [cell for cell in cells if cell]
        weight += OF_A_CELL * len(heading) + OF_A_TEXT * len(texts)
        weight += OF_A_LETTER * sum(map(len, texts))
        if len(rows) >= MOST_ROWS or weight > HEAVIEST:
            raise Unreadable("too_large")
        rows.append((cells + [""] * len(heading))[: len(heading)])
    if not heading:
        raise Unreadable("empty")
    if not rows:
        raise Unreadable("only_heading")
    return Table([name or f"#{number}" for number, name in enumerate(heading, 1)], rows)


def _kept(cell: str) -> str:
    """A cell as it can be kept: no NUL, and no half of a pair (a charset can name one)."""
    text = cell.replace("\x00", "").strip()[:LONGEST_CELL]
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _without_end(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells.pop()
    return cells
