"""Content-Transfer-Encoding (RFC 2045 §6): what decodes is kept, what is broken is repaired."""

import binascii
import re

import pybase64

FOREIGN = re.compile(rb"[^A-Za-z0-9+/]+")
FOREIGN_WORD = re.compile(rb"[^A-Za-z0-9+/=\s]")
GAP = re.compile(rb"\n[ \t\r]*\n")
PIECE = re.compile(rb"[^=]+={0,2}")
MOST_PIECES = 500_000  # a line each in the largest mail
UUENCODE = {"x-uuencode", "uuencode", "uue", "x-uue"}


def decode(body: bytes, encoding: str) -> tuple[bytes, bool]:
    """Return the decoded bytes, and whether no repair was needed."""
    encoding = encoding.strip("\"' ")
    if encoding == "base64":
        return base64(body)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(body), True
    if encoding in UUENCODE:
        return uuencode(body), True
    return body, True


def base64(body: bytes) -> tuple[bytes, bool]:
    """Decode base64; foreign characters are skipped and a lost tail costs only itself.

    Several pieces with their own padding are joined; words that a list put below are left out.
    """
    body = body.strip()
    gap = GAP.search(body)
    if gap and FOREIGN_WORD.search(body, gap.end()):
        body = body[: gap.start()]
    padding = body.find(b"=")
    if 0 <= padding < len(body) - 2 and not FOREIGN_WORD.search(body):
        joined = _pieces(body)
        if joined is not None:
            return joined, False
    # The quick one reads on behind a padding, where there is something behind it
    is_plain = padding < 0 or (padding >= len(body) - 2 and body.endswith(b"="))
    try:
        return (pybase64.b64decode if is_plain else binascii.a2b_base64)(body), True
    except binascii.Error:
        kept = FOREIGN.sub(b"", body)
        kept = kept[: len(kept) - (len(kept) % 4 == 1)]
        return binascii.a2b_base64(kept + b"=" * (-len(kept) % 4)), False


def _pieces(body: bytes) -> bytes | None:
    """Return what pieces of base64 hold together, or None where one of them is incomplete."""
    joined = bytearray()
    for count, found in enumerate(PIECE.finditer(body)):
        piece = b"".join(found[0].split())
        if len(piece) % 4 or count > MOST_PIECES:
            return None
        joined += binascii.a2b_base64(piece)
    return bytes(joined)


def uuencode(body: bytes) -> bytes:
    """Decode the lines between "begin" and "end"; a broken line is left out."""
    out: list[bytes] = []
    begun = False
    for line in body.splitlines():
        if not begun:
            begun = line.startswith(b"begin ")
        elif line.strip() in (b"end", b"`"):
            break
        else:
            out.append(_uuline(line))
    return b"".join(out)


def _uuline(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        length = (((line[0] - 32) & 63) * 4 + 5) // 3
        try:
            return binascii.a2b_uu(line[:length])
        except binascii.Error:
            return b""
