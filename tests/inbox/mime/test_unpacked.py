"""Files inside other things: winmail.dat and text; and what attached files are called."""

import base64
import binascii
import random
import struct

import pytest

from inbox.mime import cutting, parse, tnef

TITLE, DATA, RENDERING, PROPERTIES, CODEPAGE = 0x18010, 0x6800F, 0x69002, 0x69005, 0x69007


def attribute(tag: int, value: bytes) -> bytes:
    return struct.pack("<BII", 2, tag, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)


def properties(*found: tuple[int, int, bytes]) -> bytes:
    out = [struct.pack("<I", len(found))]
    for kind, name, value in found:
        padded = value + b"\0" * (-len(value) % 4)
        out.append(struct.pack("<HHII", kind, name, 1, len(value)) + padded)
    return b"".join(out)


def winmail(*attributes: bytes) -> bytes:
    return struct.pack("<IH", 0x223E9F78, 1) + b"".join(attributes)


def packed(title: bytes, data: bytes, long: str = "") -> bytes:
    more = properties((0x1F, 0x3707, f"{long}\0".encode("utf-16-le"))) if long else b""
    extra = attribute(PROPERTIES, more) if more else b""
    return (
        attribute(RENDERING, b"\0" * 14)
        + attribute(TITLE, title + b"\0")
        + attribute(DATA, data)
        + extra
    )


def mail(kind: str, body: bytes) -> bytes:
    encoded = base64.encodebytes(body)
    return (
        b'From: a@b.test\nContent-Type: multipart/mixed; boundary="B"\n\n--B\n\nhello\n--B\n'
        b"Content-Type: %s\nContent-Disposition: attachment; filename=winmail.dat\n"
        b"Content-Transfer-Encoding: base64\n\n%s\n--B--\n" % (kind.encode(), encoded)
    )


@pytest.mark.parametrize("kind", ["application/ms-tnef", "application/octet-stream"])
def test_it_lists_the_files_inside_a_winmail_dat(kind: str) -> None:
    code = attribute(CODEPAGE, struct.pack("<II", 1251, 0))
    inside = winmail(
        code, packed(b"PLANA~1.DOC", b"one", "План А.doc"), packed(b"\xcf.txt", b"two")
    )
    raw = mail(kind, inside)
    found = parse.parse(raw)
    assert [(part.number, part.filename, part.size) for part in found.attachments] == [
        ("2", "winmail.dat", len(inside)),
        ("2:1", "План А.doc", 3),
        ("2:2", "П.txt", 3),
    ]
    assert found.attachments[1].content_type == "application/msword"
    assert parse.part_bytes(raw, "2") == inside
    assert [parse.part_bytes(raw, number) for number in ("2:1", "2:2")] == [b"one", b"two"]
    for missing in ("2:3", "2:0", "2:x", "1:1"):
        with pytest.raises(KeyError):
            parse.part_bytes(raw, missing)


def test_it_reaches_into_mails_inside_a_winmail_dat_but_not_for_ever() -> None:
    inner = winmail(packed(b"deep.txt", b"deep"))
    for _ in range(2):
        wrapped = attribute(PROPERTIES, properties((0xD, 0x3701, b"\0" * 16 + inner)))
        inner = winmail(attribute(RENDERING, b""), wrapped)
    assert [file.filename for file in tnef.files(inner)] == ["deep.txt"]
    for _ in range(4):
        wrapped = attribute(PROPERTIES, properties((0xD, 0x3701, b"\0" * 16 + inner)))
        inner = winmail(attribute(RENDERING, b""), wrapped)
    assert tnef.files(inner) == []


@pytest.mark.parametrize("seed", range(40))
def test_f39_it_survives_a_damaged_winmail_dat(seed: int) -> None:
    chance = random.Random(seed)
    data = bytearray(winmail(packed(b"a.txt", b"one", "long.txt"), packed(b"b.txt", b"two" * 50)))
    for _ in range(chance.randint(1, 8)):
        data[chance.randrange(6, len(data))] = chance.randrange(256)
    cut = bytes(data[: chance.randint(1, len(data))])
    assert sum(len(file.data) for file in tnef.files(cut)) <= len(cut)


def test_it_lists_at_most_two_hundred_files_of_a_winmail_dat() -> None:
    assert len(tnef.files(winmail(*[packed(b"a", b"x")] * 500))) == 200


@pytest.mark.parametrize(
    "claims",
    [
        attribute(PROPERTIES, struct.pack("<IHHI", 1, 0x101E, 5, 2**32 - 1) + bytes(8_000_000)),
        attribute(RENDERING, b"") * 400_000,
    ],
)
def test_it_gives_up_on_a_winmail_dat_that_claims_too_much(claims: bytes) -> None:
    given_up = tnef.files(winmail(packed(b"a.txt", b"one"), claims, packed(b"b.txt", b"two")))
    assert "a.txt" in [file.filename for file in given_up]
    assert len(given_up) <= 2


def uuencoded(name: bytes, data: bytes) -> bytes:
    lines = [binascii.b2a_uu(data[at : at + 45]) for at in range(0, len(data), 45)]
    return b"begin 644 " + name + b"\n" + b"".join(lines) + b"`\nend\n"


def test_it_lists_files_written_into_the_text() -> None:
    data = bytes(range(200))
    body = (
        b"Here:\n" + uuencoded(b"a.bin", data) + b"and\n" + uuencoded(b"b.png", b"PNG") + b"Bye\n"
    )
    raw = b"From: a@b.test\n\n" + body
    found = parse.parse(raw)
    assert found.text == "Here:\n\nand\n\nBye\n"
    assert [(part.number, part.filename) for part in found.attachments] == [
        ("1:1", "a.bin"),
        ("1:2", "b.png"),
    ]
    assert parse.part_bytes(raw, "1:1") == data
    assert found.attachments[1].content_type == "image/png"


@pytest.mark.parametrize(
    "body",
    [
        b"begin 2026 with joy\nnot a file\nend\n",
        b"begin 644 a.bin\nthis is prose, not data at all\nend\n",
        b"begin 644 a.bin\nnever closed\n",
        b"begin 644 a.bin\nend\n",
    ],
)
def test_it_leaves_text_that_only_looks_like_a_file(body: bytes) -> None:
    found = parse.parse(b"From: a@b.test\n\n" + body)
    assert (found.text, found.attachments) == (body.decode(), ())


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('attachment; filename="C:\\\\Users\\\\me\\\\a.pdf"', "a.pdf"),
        ('attachment; filename="../../etc/passwd"', "passwd"),
        ('attachment; filename="invoice\u202efdp.exe"', "invoicefdp.exe"),
        ('attachment; name="n.pdf"', "n.pdf"),
        ("attachment", "attachment.pdf"),
        ('attachment; filename="/"', "attachment.pdf"),
        ("inline", ""),
        ("attachment; filename*0*=utf-8''%E4%BD; filename*1*=%A0.pdf", "你.pdf"),
    ],
)
def test_f49_it_shows_names_that_deceive_nobody(disposition: str, name: str) -> None:
    raw = (
        "From: a@b.test\nContent-Type: application/pdf\n"
        f"Content-Disposition: {disposition}\n\n%PDF".encode()
    )
    assert [part.filename for part in parse.parse(raw).attachments] == [name]


def test_it_unpacks_a_file_in_a_process_of_its_own() -> None:
    raw = b"Subject: x\n\nbegin 644 one.txt\n#;VYE\n`\nend\n"
    assert cutting.part_bytes(raw, "1:1") == b"one" == parse.part_bytes(raw, "1:1")
    with pytest.raises(KeyError):
        cutting.part_bytes(raw, "1:9")


def test_it_gives_up_what_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cutting, "SECONDS", 0.001)
    with pytest.raises(cutting.TooMuch):
        cutting.part_bytes(b"Subject: x\n\nx", "1:1")
