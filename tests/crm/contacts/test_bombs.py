"""Files that are meant to hurt, or that broke on the way: said in words, and nobody notices."""

import io
import resource
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from crm.contacts.models import Import, Person
from crm.contacts.tables import bounded, reading
from crm.contacts.tables.table import Table, Unreadable
from tests.crm.contacts.files import bring, done, go, last
from tests.crm.contacts.test_workbooks import changed, code_of, saved
from tests.world import World

ROWS = "Name,E-mail\nJoão,joao@b.test\n"
FULL = reading.LARGEST - 100
CARD = b"BEGIN:VCARD\nFN:Ana\n%bEND:VCARD\n"


def _many(piece: bytes, size: int = FULL) -> bytes:
    return piece * (size // len(piece))


def _zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("_", "/"), data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        # What the heading does not name is nobody's
        (lambda: b"Name,Phone\n" + _many(b"x,+47" + b",ab" * 300 + b"\n"), None),
        (lambda: _many(b"ab," * 299 + b"ab\n"), "too_large"),
        # Few bytes, a heading that makes every line wide
        (lambda: b"h," * 299 + b"h\n" + b"x\n" * 199_000, "too_large"),
        (lambda: b"h," * 1_000_000 + b"h\nx\n", "too_wide"),
        (lambda: b"Name\n" + b"x" * FULL, "endless"),
        (lambda: b"Name\n" + b'"' * FULL, "endless"),
        (lambda: ROWS.encode() + b'"Bo' + _many(b",b@b.test\n"), "endless"),
        (lambda: b"\0" * FULL, "not_a_table"),
        (lambda: b"PK\x03\x04" + b"\0" * 1000, "broken"),
        (lambda: _zipped(**{"inner.zip": _zipped(x=bytes(5_000_000))}), "not_a_table"),
        (lambda: _many(CARD % b"", 6_000_000), "too_large"),
        (lambda: CARD % (b"NOTE;ENCODING=B:" + _many(b"QUFB", 5_000_000) + b"\n"), None),
        (lambda: CARD % (b"N:" + b";" * 2_000_000 + b"\n"), None),
    ],
)
def test_it_holds_what_a_file_costs(data: Callable[[], bytes], code: str | None) -> None:
    """Whoever reads it for us may be ended; who waits grows by what is in the table at most."""
    made = data()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        reading.read(made)
        told = None
    except Unreadable as error:
        told = error.code
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert told == code
    # Kilobytes; a hundred megabytes stand for nearly as much text
    assert grown < 100_000


def test_it_reads_small_texts_here_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    read = []

    def elsewhere(data: bytes, **_given: Any) -> Table:
        read.append(len(data))
        return Table(["Name"], [])

    monkeypatch.setattr(bounded, "read", elsewhere)
    assert reading.read(ROWS.encode()).rows == [["João", "joao@b.test"]]
    assert read == []
    for data in (_many(ROWS.encode(), reading.SMALL + 100), saved(["Name"], ["Ana"])):
        reading.read(data)
    assert len(read) == 2


@pytest.mark.parametrize(
    ("written", "line"),
    [
        ('Name,E-mail\nAna,a@b.test\n"Bo,b@b.test\nCi,c@b.test\n', 3),
        ('Name\n"two\nlines"\n"Bo', 4),
        ('"Name,E-mail\nAna,a@b.test\n', 1),
        ('sep=;\nName;E-mail\n"Bo;b@b.test\n', 3),
        ('Name\n"Bo said ""hi\nCi\n', 2),
    ],
)
def test_it_says_where_a_quotation_mark_was_not_closed(written: str, line: int) -> None:
    with pytest.raises(Unreadable) as refused:
        reading.read(written.encode())
    assert (refused.value.code, refused.value.line) == ("endless", line)


@pytest.mark.parametrize(
    "written",
    ['Name\nBo "the" Fjord\n', 'Name\n"Bo" Fjord\n', 'Name\n"Bo ""the"" Fjord"', 'Name\n5" pipe\n'],
)
def test_it_reads_marks_that_stand_anywhere(written: str) -> None:
    assert len(reading.read(written.encode()).rows) == 1


@pytest.mark.parametrize(
    "data",
    [
        ROWS.encode(),
        ROWS.encode("utf-8-sig"),
        ROWS.encode("latin-1"),
        ROWS.encode("utf-16"),
        ROWS.encode("utf-16-le"),
        ROWS.encode("utf-16-be"),
        "\ufeff".encode("utf-16-be") + ROWS.encode("utf-16-be") + b"\0",
        ROWS.replace("J", "J\0").encode(),
        ROWS.replace("\n", "\r").encode(),
        ROWS.replace(",", ";").encode(),
    ],
)
def test_it_reads_a_text_in_any_coding(data: bytes) -> None:
    assert reading.read(data) == Table(["Name", "E-mail"], [["João", "joao@b.test"]])


def test_it_reads_a_workbook_by_its_first_sheet_however_large_it_says_it_is() -> None:
    plain = saved(["Name", "E-mail"], ["Ana", "a@b.test"])
    wide = changed(plain, sheet1=lambda text: text.replace("A1:B2", "A1:XFD1048576"))
    assert reading.read(wide).rows == [["Ana", "a@b.test"]]
    # Cut in the middle, and a part that is no XML
    assert code_of(plain[: len(plain) // 2]) == "broken"
    assert code_of(changed(plain, sheet1=lambda _text: "Name,E-mail")) == "broken"
    far = changed(plain, sheet1=lambda text: text.replace('r="B2"', 'r="ZZZZZZ2"'))
    assert code_of(far) == "broken"
    # Twenty thousand parts beside the ones that count
    crowd = io.BytesIO(plain)
    with zipfile.ZipFile(crowd, "a") as archive:
        for number in range(20_000):
            archive.writestr(f"xl/worksheets/sheet{number + 2}.xml", b"")
    assert reading.read(crowd.getvalue()).rows == [["Ana", "a@b.test"]]


def test_it_is_told_on_the_page_and_to_programs(world: World) -> None:
    """In words and with the remedy, whatever the file is called; the next one comes in."""
    alice, api = world.browser(world.alice), world.api(world.alice)
    for name, data, words in (
        ("list.csv", ROWS.encode() + b'"Bo,b@b.test\n', "begins in line 3 never ends"),
        ("list.xlsx", b"h," * 400 + b"h\nx\n", "more than 300 columns"),
        ("list.csv", saved(["Name"])[:300], "This file is damaged"),
        ("list.vcf", b"\x01\x02\x03 image", "Save it as CSV or XLSX"),
        ("list.xlsx", b"", "empty"),
    ):
        if data:
            here = bring(alice, data, name=name)
            page = alice.get(here).text
            assert last().state == "unreadable" and words in page and ">Bring a file<" in page
            sent = api.client.post(
                "/api/v1/imports/", {"file": SimpleUploadedFile(name, data)}, headers=api.headers
            )
            done()
            told = api.get(f"imports/{sent.json()['id']}/").json()
            assert (told["state"], told["trouble"] != "") == ("unreadable", True)
        else:
            file = SimpleUploadedFile(name, data)
            answer = alice.post("/acme/imports/new/", {"file": file})
            assert answer.status_code == 422 and words in answer.text
    # A name that says otherwise does not matter
    for name, data in (("list.vcf", ROWS.encode()), ("list.csv", saved(["Name"], ["Ana"]))):
        assert go(alice, bring(alice, data, name=name), "run").state == "done"
    with world.opened():
        assert Person.objects.count() == 2
        assert Import.objects.filter(state="unreadable").count() == 8


def test_it_says_how_a_reader_was_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the clock, or for what it took: in the middle of a line, or before it said anything."""
    monkeypatch.setattr(bounded, "PATIENCE", 0)
    with pytest.raises(Unreadable) as refused:
        bounded.read(_many(ROWS.encode(), 5_000_000))
    assert refused.value.code == "too_large"
