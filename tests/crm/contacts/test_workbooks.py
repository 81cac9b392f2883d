"""Workbooks: what a sheet shows is what is imported, and one that is meant to hurt hurts nobody."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import openpyxl
import openpyxl.xml.constants
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from crm.contacts.models import Import, Person
from crm.contacts.tables import bounded, reading
from crm.contacts.tables.table import Unreadable
from crm.workspaces import workbooks
from tests.crm.contacts.files import bring, brought, last
from tests.world import World

SHEET, SHARED = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
INLINE = re.compile(r't="inlineStr"><is>(.*?)</is>')
OVERRIDE = (
    '<Override PartName="/xl/sharedStrings.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
)
# Nine times a thousand-fold: three gigabytes, if anybody writes it out
LAUGHS = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
BOMB = f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>'


def saved(*rows: list[Any]) -> bytes:
    """A workbook with its texts shared, as Excel writes it."""
    book = openpyxl.Workbook()
    for row in rows:
        book["Sheet"].append(row)
    out = io.BytesIO()
    book.save(out)
    texts: dict[str, int] = {}

    def shared(text: str) -> str:
        return INLINE.sub(
            lambda found: f't="s"><v>{texts.setdefault(found[1], len(texts))}</v>', text
        )

    data = changed(
        out.getvalue(),
        sheet1=shared,
        Types=lambda text: text.replace("</Types>", f"{OVERRIDE}</Types>"),
    )
    items = "".join(f"<si>{each}</si>" for each in texts)
    with zipfile.ZipFile(out := io.BytesIO(data), "a", 8) as archive:
        archive.writestr(
            SHARED, f'<sst xmlns="{openpyxl.xml.constants.SHEET_MAIN_NS}">{items}</sst>'
        )
    return out.getvalue()


def changed(data: bytes, **changes: Callable[[str], str | bytes]) -> bytes:
    """A workbook with some of its parts, told by the end of their names, written anew."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for name in old.namelist():
            part: str | bytes = old.read(name)
            for end, change in changes.items():
                if end in name and isinstance(part, bytes):
                    part = change(part.decode())
            new.writestr(name, part)
    return out.getvalue()


def code_of(data: bytes) -> str:
    with pytest.raises(Unreadable) as refused:
        reading.read(data)
    return refused.value.code


def test_it_reads_a_sheet_as_it_is_shown() -> None:
    rich = CellRichText("Ada ", TextBlock(InlineFont(b=True), "Lovelace"))
    book = openpyxl.Workbook()
    cover, sheet = book["Sheet"], book.create_sheet("People")
    cover.append(["Not", "this"])
    cover.sheet_state = "hidden"
    book.create_sheet("Later").append(["Nor", "this"])
    sheet.append([])
    sheet.append(["Name", "Born", "Met", "At", "Value", "Count", "Friend", "Worth", None, "Last"])
    sheet.append(
        [
            rich,
            date(1815, 12, 10),
            datetime.combine(date(2026, 2, 28), time(12, 30)),
            time(9, 5),
            0.1,
            42.0,
        ]
    )
    sheet.append(["Grace", None, None, None, 12_345_678_901, -1.5, True, "=1/0", None, "x"])
    sheet["H4"].value, sheet["H4"].data_type = "#DIV/0!", "e"
    sheet["B3"].number_format, sheet["F3"].number_format = "DD/MM/YYYY", '"day" 0'
    out = io.BytesIO()
    book.save(out)
    table = reading.read(out.getvalue())
    assert table.heading == [
        "Name", "Born", "Met", "At", "Value", "Count", "Friend", "Worth", "#9", "Last",
    ]  # fmt: skip
    assert table.rows == [
        ["Ada Lovelace", "1815-12-10", "2026-02-28 12:30:00", "09:05:00", "0.1", "42", *[""] * 4],
        ["Grace", "", "", "", "12345678901", "-1.5", "true", "", "", "x"],
    ]


def test_it_reads_what_it_writes_and_what_says_its_size_wrongly() -> None:
    rows: list[list[object]] = [["Name", "Value"], ["=1+1 <&>", Decimal("42.50")], ["Ada", None]]
    written = b"".join(workbooks.workbook(rows))
    assert reading.read(written).rows == [["=1+1 <&>", "42.5"], ["Ada", ""]]
    small = changed(saved(["Name", "Value"], ["Ada", 1]), sheet1=_sized("A1"))
    assert reading.read(small).rows == [["Ada", "1"]]
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    book["Sheet"].append(["Born"])
    book["Sheet"].append([date(2026, 2, 28)])
    book.save(out := io.BytesIO())
    assert reading.read(out.getvalue()).rows == [["2026-02-28"]]


def _sized(reference: str) -> Callable[[str], str]:
    return lambda text: text.replace('ref="A1:B2"', f'ref="{reference}"')


@pytest.mark.parametrize(
    ("part", "charset"),
    [
        ("sheet1", "utf-16"),
        ("sheet1", "utf-8"),
        ("sharedStrings", "utf-16"),
        ("xl/workbook.xml", "utf-16"),
        ("styles", "utf-8"),
        ("Types", "utf-16"),
    ],
)
def test_it_makes_no_entity_of_a_file(part: str, charset: str) -> None:
    """Neither the ten to the ninth laughs nor one, in whichever part and charset."""

    def laughing(text: str) -> bytes:
        body = text.partition("?>")[2] if text.startswith("<?xml") else text
        spoilt = body.replace("</t>", "&l9;</t>", 1).replace("<v>", "<v>&l9;", 1)
        return f'<?xml version="1.0" encoding="{charset}"?>{BOMB}{spoilt}'.encode(charset)

    assert code_of(changed(saved(["Name"], ["Ada"], [1]), **{part: laughing})) == "broken"


def test_it_reads_no_other_file_of_the_machine() -> None:
    def outside(text: str) -> str:
        head = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
        return head + text.replace("</t>", "&a;</t>", 1)

    assert code_of(changed(saved(["Name"], ["Ada"]), sharedStrings=outside)) == "broken"


def test_it_unpacks_no_bomb() -> None:
    plain = saved(["Name"], ["Ada"])
    large = changed(plain, sheet1=lambda text: text + " " * (201 * 1024 * 1024))
    assert len(large) < 1024 * 1024 and code_of(large) == "too_large"
    # One that says it is small is unpacked only as far as it says
    forged = bytearray(large)
    with zipfile.ZipFile(io.BytesIO(large)) as archive:
        size = archive.getinfo(SHEET).file_size
    forged[:] = bytes(forged).replace(size.to_bytes(4, "little"), (2_000).to_bytes(4, "little"))
    assert code_of(bytes(forged)) == "broken"
    # One long text, said once and shown in every cell
    many = changed(
        saved(["Name"] * 300, *[["x"] * 300 for _row in range(20)]),
        sharedStrings=lambda text: text.replace(">x<", f">{'x' * 20_000}<"),
    )
    assert len(many) < 100_000 and code_of(many) == "too_large"


@pytest.mark.parametrize(
    ("place", "code"),
    [('r="99999999999"', "too_large"), ('r="1048577"', "too_large"), ('r="two"', "broken")],
)
def test_it_does_not_count_to_the_end_of_the_world(place: str, code: str) -> None:
    far = changed(
        saved(["Name"], ["Ada"]), sheet1=lambda text: text.replace('<row r="2"', f"<row {place}")
    )
    assert code_of(far) == code


def test_it_gives_up_what_takes_too_long() -> None:
    """Its process is ended by the system, and who waited hears of it."""
    rows = "<row><c><v>1</v></c></row>" * 1_000_000
    endless = changed(
        saved(["Name"], ["Ada"]),
        sheet1=lambda text: text.replace("</sheetData>", f"{rows}</sheetData>"),
    )
    with pytest.raises(Unreadable) as refused:
        bounded.read(endless, seconds=1)
    assert refused.value.code == "too_large"


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (["word/document.xml"], "not_a_table"),
        (["xl/workbook.xml"], "broken"),
        ([SHEET, SHARED, "xl/workbook.xml", "[Content_Types].xml"], "broken"),
    ],
)
def test_it_says_what_is_no_workbook(names: list[str], code: str) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "<worksheet><row>")
    assert code_of(out.getvalue()) == code


def test_it_tells_the_user_and_goes_on(world: World) -> None:
    """A bomb is refused in words; the same person's next file is imported."""
    alice = world.browser(world.alice)
    bomb = changed(saved(["Name"], ["Ada"]), sharedStrings=lambda text: BOMB + text)
    here = bring(alice, bomb, name="list.xlsx")
    assert last().state == "unreadable"
    assert "This file is damaged" in alice.get(here).content.decode()
    good = saved(["Name", "E-mail"], ["Ada Lovelace", "ada@engines.test"])
    assert brought(world, good, name="list.xlsx").counts["created"] == 1
    with world.opened():
        assert Person.objects.get().emails.get().address == "ada@engines.test"
        assert Import.objects.count() == 2
