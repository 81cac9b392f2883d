"""Comma-separated values as people's programs write them: any charset, any separator."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator

from crm.contacts.tables.table import Table, Unreadable, made_of

MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
SEPARATORS = ",;\t|"
# A C0 byte that no text has, tab and the ends of lines aside
BINARY = re.compile(r"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
# Letters of a cell; a longer one is a quotation mark that nobody closed
LONGEST = 1024 * 1024
csv.field_size_limit(LONGEST)


def decode(data: bytes) -> str:
    """The text of a file: by its mark, else UTF-8, else what Windows wrote in the west."""
    for mark, charset in MARKS:
        if data.startswith(mark):
            return _whole(data, charset).decode(charset, "replace")
    if data[:200].count(0) > len(data[:200]) // 4:
        order = "utf-16-le" if data[1:2] == b"\x00" else "utf-16-be"
        return _whole(data, order).decode(order, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _whole(data: bytes, charset: str) -> bytes:
    """Without the half of a letter at the end of a file that was cut."""
    return data[: len(data) // 2 * 2] if charset.startswith("utf-16") else data


def read(written: str) -> Table:
    """The table of a text; raises Unreadable."""
    head = written[:65536]
    if BINARY.search(head) or (head and not head.strip("\x00")):
        raise Unreadable("not_a_table")
    separator, start = _separator(head)
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


def _separator(head: str) -> tuple[str, int]:
    """What divides cells, and where the table begins: Excel may say so in its first line."""
    first = head.partition("\n")[0].strip().lower()
    if first.startswith("sep=") and len(first) == 5:
        return first[4], head.index("\n") + 1 if "\n" in head else 0
    # Outside quotes, in the first lines
    counted: Counter[str] = Counter()
    quoted = False
    for letter in head[:4096]:
        if letter == '"':
            quoted = not quoted
        elif not quoted and letter in SEPARATORS:
            counted[letter] += 1
        elif not quoted and letter == "\n" and counted:
            break
    return (counted.most_common(1)[0][0] if counted else ","), 0
