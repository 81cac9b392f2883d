"""Comma-separated values as people's programs write them: any charset, any separator."""

import csv
import io
import re
from collections import Counter

from crm.contacts.tables.table import Table, Unreadable, made_of

MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
SEPARATORS = ",;\t|"
# A C0 byte that no text has, tab and the ends of lines aside
BINARY = re.compile(r"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
csv.field_size_limit(1024 * 1024)


def decode(data: bytes) -> str:
    """The text of a file: by its mark, else UTF-8, else what Windows wrote in the west."""
    for mark, charset in MARKS:
        if data.startswith(mark):
            return data.decode(charset, "replace")
    if data[:200].count(0) > len(data[:200]) // 4:
        order = "utf-16-le" if data[1:2] == b"\x00" else "utf-16-be"
        return data.decode(order, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def read(written: str) -> Table:
    """The table of a text; raises Unreadable."""
    head = written[:65536]
    if BINARY.search(head):
        raise Unreadable("not_a_table")
    separator, start = _separator(head)
    lines = csv.reader(io.StringIO(written[start:], newline=""), delimiter=separator)
    try:
        return made_of(iter(lines))
    except csv.Error as error:
        raise Unreadable("broken") from error


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
