"""The files that letters carry, made on the spot: PDF, PNG, CSV and calendar invitations."""

import struct
import zlib
from collections.abc import Callable
from datetime import datetime, timedelta

from crm.config.demo.letter import Enclosure


def make(kind: str, filename: str, at: datetime, *, cid: str = "") -> Enclosure:
    """A file of this kind (pdf, png, csv, ics); KeyError for any other."""
    content_type, write = KINDS[kind]
    return Enclosure(filename, content_type, write(filename, at), cid)


def _pdf(filename: str, at: datetime) -> bytes:
    """One page with a title and a few lines: the smallest that viewers open."""
    lines = [filename.removesuffix(".pdf"), f"Acme Warehouse Systems, {at:%d %B %Y}", ""]
    lines += [f"{n} x Handheld scanner HS-{n}00, EUR {n * 189}.00" for n in range(1, 7)]
    shown = b" T* ".join(b"(%s) Tj" % _pdf_text(line) for line in lines)
    page = b"BT /F1 14 Tf 18 TL 72 760 Td " + shown + b" ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(page), page),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + (
        b"xref\n0 6\n0000000000 65535 f \n%strailer\n<< /Size 6 /Root 1 0 R >>\n"
        b"startxref\n%d\n%%%%EOF\n" % (table, len(out))
    )


def _pdf_text(line: str) -> bytes:
    escaped = line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return escaped.encode("cp1252", errors="replace")


def _png(filename: str, _at: datetime) -> bytes:
    """A drawing of shelves: bars on a light ground, other colours for other names."""
    hue = zlib.crc32(filename.encode())
    dark = bytes((60 + hue % 120, 60 + hue // 7 % 120, 90 + hue // 49 % 120))

    def shelves(x: int, y: int) -> bytes:
        box = (x // 24 * 7 + y // 50 * 3) % 5 < 2 and y % 50 > 16
        return dark if y % 50 > 43 or x % 72 < 6 or box else b"\xf2\xf0\xea"

    return png(360, 200, shelves)


def png(width: int, height: int, colour: Callable[[int, int], bytes]) -> bytes:
    """A picture whose dots have the three bytes that `colour` gives for x and y."""
    rows = [b"\0" + b"".join(colour(x, y) for x in range(width)) for y in range(height)]
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"".join(rows), 9)
    chunks = ((b"IHDR", head), (b"IDAT", body), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, content) for name, content in chunks)


def _chunk(name: bytes, content: bytes) -> bytes:
    length, check = len(content), zlib.crc32(name + content)
    return struct.pack(">I", length) + name + content + struct.pack(">I", check)


def _csv(_filename: str, _at: datetime) -> bytes:
    rows = ["site;device;serial;condition"]
    rows += [f"Dock {n % 4 + 1};HS-300;SN{48210 + n * 7};{'ok' if n % 5 else 'battery weak'}"
             for n in range(1, 25)]  # fmt: skip
    return ("\ufeff" + "\r\n".join(rows) + "\r\n").encode()


def _ics(filename: str, at: datetime) -> bytes:
    start = (at + timedelta(days=3)).replace(hour=13, minute=0, second=0)
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Acme//Calendar//EN",
        "METHOD:REQUEST",
        "BEGIN:VEVENT",
        f"UID:{zlib.crc32(filename.encode()):08x}@calendar.acme.test",
        f"DTSTAMP:{at:%Y%m%dT%H%M%SZ}",
        f"DTSTART:{start:%Y%m%dT%H%M%SZ}",
        f"DTEND:{start + timedelta(minutes=45):%Y%m%dT%H%M%SZ}",
        f"SUMMARY:{filename.removesuffix('.ics')}",
        "ORGANIZER:mailto:helen.carter@northwind-freight.test",
        "ATTENDEE;RSVP=TRUE:mailto:alice@acme.test",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return "".join(f"{line}\r\n" for line in lines).encode()


KINDS = {
    "pdf": ("application/pdf", _pdf),
    "png": ("image/png", _png),
    "csv": ("text/csv", _csv),
    "ics": ("text/calendar", _ics),
}
