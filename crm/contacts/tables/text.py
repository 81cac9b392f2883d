"""Comma-separated values as people's programs write them: any charset, any separator."""

import csv
import io
import re
from collections.abc import Iterator

from crm.contacts.tables.limits import made_of
from crm.contacts.tables.separator import separator_of
from crm.contacts.tables.table import Table, Unreadable

# A C0 byte that no text has, tab and the ends of lines aside
BINARY = re.compile(r"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
# Letters of a cell; a longer one is a quotation mark that nobody closed
LONGEST = 1024 * 1024
csv.field_size_limit(LONGEST)


def read(written: str) -> Table:
    """The table of a text; raises Unreadable."""
    head = written[:65536]
    if BINARY.search(head) or (head and not head.strip("\x00")):
        raise Unreadable("not_a_table")
    separator, start = separator_of(head)
    return made_of(_lines(io.StringIO(written[start:], newline=""), separator, start > 0))


def _lines(written: io.StringIO, separator: str, has_mark: bool) -> Iterator[list[str]]:
    """Rows of cells; raises Unreadable where one goes on to the end of the file."""
    record: list[str] = []
    reader = csv.reader(_remembered(written, record), delimiter=separator)
    number = has_mark + 1
    try:
        for row in reader:
            last, began = "".join(record), number
            number += len(record)
            record.clear()
            yield row
    except csv.Error as error:
        raise Unreadable("endless", number) from error
    if number > 1 and _is_open(last, separator):
        raise Unreadable("endless", began)


def _remembered(written: io.StringIO, record: list[str]) -> Iterator[str]:
    for line in written:
        record.append(line)
        yield line


def _is_open(record: str, separator: str) -> bool:
    """Whether the last of all records ends within quotes."""
    try:
        list(csv.reader(io.StringIO(record, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        return "end of data" in str(error)
    return False
