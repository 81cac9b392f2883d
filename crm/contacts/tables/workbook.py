"""Workbooks (ECMA-376), read by openpyxl: the first sheet that is shown, as texts, within bounds.

Only ever called in a process of its own (`bounded.py`), where openpyxl parses with defusedxml:
a part that declares entities is refused before any is made (XML 1.0, 4.2).
"""

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

import openpyxl
from openpyxl.cell.cell import ERROR_CODES

from crm.contacts.tables.limits import MOST_COLUMNS, made_of
from crm.contacts.tables.table import Table, Unreadable

# Bytes of one part, unpacked
LARGEST_PART = 200 * 1024 * 1024
# Rows a sheet can have at all, those that are empty with it
LAST_ROW = 1_048_576


def read(data: bytes) -> Table:
    """The sheet as texts; raises Unreadable."""
    _look(data)
    try:
        book = openpyxl.load_workbook(
            io.BytesIO(data), read_only=True, data_only=True, keep_links=False
        )
        return made_of(_lines(_shown(book)))
    except (Unreadable, MemoryError):
        raise
    except Exception as error:
        # Whatever openpyxl stumbles over, in a file that anybody may have made
        raise Unreadable("broken") from error


def _look(data: bytes) -> None:
    """Refuse what is no workbook, and one that unpacks to more than anybody's list."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, EOFError) as error:
        raise Unreadable("broken") from error
    if not any(part.filename.lower() == "xl/workbook.xml" for part in parts):
        raise Unreadable("not_a_table")
    # No more than this is ever unpacked of a part (zipfile cuts there), whatever is in it
    if any(part.file_size > LARGEST_PART for part in parts):
        raise Unreadable("too_large")


def _shown(book: Any) -> Any:
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible":
            # How large it says it is, some programs write down wrongly
            sheet.reset_dimensions()
            return sheet
    raise Unreadable("empty")


def _lines(sheet: Any) -> Iterator[list[str]]:
    for number, line in enumerate(sheet.iter_rows(values_only=True), 1):
        if number > LAST_ROW:
            raise Unreadable("too_large")
        yield [_text(value) for value in line[:MOST_COLUMNS]]


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case str():
            return "" if value in ERROR_CODES else value
        case bool():
            return "true" if value else "false"
        case float():
            # As it is shown: 42, not 42.0; 0.1, not 0.1000000000000000055
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        case datetime():
            is_day = value.time().replace(microsecond=0) == time()
            return f"{value:%Y-%m-%d}" if is_day else f"{value:%Y-%m-%d %H:%M:%S}"
        case date():
            return value.isoformat()
        case time():
            return f"{value:%H:%M:%S}"
    return str(value)
