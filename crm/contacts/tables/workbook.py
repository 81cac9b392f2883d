"""Workbooks (ECMA-376): the first sheet of an .xlsx file, read within bounds."""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

from crm.contacts.tables.table import MOST_COLUMNS, MOST_ROWS, Table, Unreadable, made_of

# Bytes of one part, unpacked
LARGEST_PART = 200 * 1024 * 1024
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
DAYS = {*range(14, 23), *range(45, 48)}
EPOCH = datetime(1899, 12, 30, tzinfo=UTC)
# What makes a number format one of dates, outside of quotes and brackets
DATED = re.compile(r"[dmyhs]", re.IGNORECASE)
ASIDE = re.compile(r'"[^"]{0,100}"|\[[^\]]{0,100}\]|\\.')


def read(data: bytes) -> Table:
    """The first sheet as texts; raises Unreadable."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            sheets = sorted(
                (n for n in names if re.fullmatch(r"xl/worksheets/sheet\d{1,4}\.xml", n)),
                key=lambda name: (len(name), name),
            )
            if not sheets:
                raise Unreadable("not_a_table")
            shared = _shared(archive) if "xl/sharedStrings.xml" in names else []
            dated = _dated(archive) if "xl/styles.xml" in names else set()
            return made_of(_lines(_part(archive, sheets[0]), shared, dated))
    except (
        zipfile.BadZipFile,
        ElementTree.ParseError,
        ValueError,
        RuntimeError,
        EOFError,
    ) as error:
        raise Unreadable("broken") from error


def _part(archive: zipfile.ZipFile, name: str) -> io.BytesIO:
    """A part's bytes; one that declares entities of its own is refused (XML 1.0, 4.2)."""
    with archive.open(name) as file:
        found = file.read(LARGEST_PART + 1)
    if len(found) > LARGEST_PART:
        raise Unreadable("too_large")
    if b"<!DOCTYPE" in found or b"<!ENTITY" in found:
        raise Unreadable("broken")
    return io.BytesIO(found)


def _nodes(part: io.BytesIO) -> Iterator[ElementTree.Element]:
    """Every element as it ends."""
    # A part that declares entities was refused, and expat bounds what is left (`_part`)
    for _event, node in ElementTree.iterparse(part):  # noqa: S314
        yield node


def _shared(archive: zipfile.ZipFile) -> list[str]:
    """Texts that cells refer to by number; of runs with a format each, all the letters."""
    found = []
    for node in _nodes(_part(archive, "xl/sharedStrings.xml")):
        if node.tag == f"{MAIN}si":
            found.append(_words(node))
            node.clear()
    return found


def _words(node: ElementTree.Element) -> str:
    """The text of a cell without what is only said of its pronunciation."""
    aside = {t for part in node.iter(f"{MAIN}rPh") for t in part.iter(f"{MAIN}t")}
    return "".join(t.text or "" for t in node.iter(f"{MAIN}t") if t not in aside)


def _dated(archive: zipfile.ZipFile) -> set[int]:
    """The numbers of the styles that show a day."""
    root = ElementTree.parse(_part(archive, "xl/styles.xml")).getroot()  # noqa: S314 as below
    formats = {
        int(node.get("numFmtId", "0")): node.get("formatCode", "")
        for node in root.iter(f"{MAIN}numFmt")
    }
    styles = root.find(f"{MAIN}cellXfs")
    found = set()
    for number, style in enumerate(styles if styles is not None else ()):
        code = int(style.get("numFmtId", "0"))
        if code in DAYS or DATED.search(ASIDE.sub("", formats.get(code, ""))):
            found.add(number)
    return found


def _lines(sheet: io.BytesIO, shared: list[str], dated: set[int]) -> Iterator[list[str]]:
    count = 0
    for node in _nodes(sheet):
        if node.tag != f"{MAIN}row":
            continue
        count += 1
        if count > 2 * MOST_ROWS:
            raise Unreadable("too_large")
        line: list[str] = []
        for cell in node.iter(f"{MAIN}c"):
            at = _column(cell.get("r", ""), len(line))
            if at < MOST_COLUMNS:
                line += [""] * (at + 1 - len(line))
                line[at] = _text(cell, shared, dated)
        node.clear()
        yield line


def _column(place: str, otherwise: int) -> int:
    """0 of "A1", 27 of "AB7"."""
    number = 0
    for letter in place[:4]:
        if not "A" <= letter <= "Z":
            break
        number = number * 26 + ord(letter) - 64
    return number - 1 if number else otherwise


def _text(cell: ElementTree.Element, shared: list[str], dated: set[int]) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return _words(cell)
    value = cell.findtext(f"{MAIN}v") or ""
    if kind == "s":
        place = int(value or 0)
        return shared[place] if 0 <= place < len(shared) else ""
    if kind == "b":
        return "true" if value == "1" else "false"
    if kind == "n" and value:
        return _day(value) if int(cell.get("s", "0")) in dated else _number(value)
    return "" if kind == "e" else value


def _day(value: str) -> str:
    try:
        moment = EPOCH + timedelta(days=float(value))
    except OverflowError:
        return value
    if not moment.hour and not moment.minute:
        return moment.date().isoformat()
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def _number(value: str) -> str:
    """As it is shown: 42, not 42.0; 0.1, not 0.1000000000000000055."""
    number = float(value)
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)
