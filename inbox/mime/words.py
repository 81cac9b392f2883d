"""Encoded words in headers (RFC 2047), read the way senders write them."""

import binascii
import re
from functools import lru_cache

from inbox.mime import charset

# The length bound keeps a header full of openings without an end from being scanned n times.
WORD = re.compile(rb"=\?([^?\s]{1,60})\?([bBqQ])\?([^\r\n]{0,4000}?)\?=")
CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
# What turns text round until it is ended, which a name or subject need not do: in our own
# sentences about it everything behind it would read backwards. Letters know their direction.
TURN = re.compile("[\u202a-\u202e\u2066-\u2069]")
URL_SAFE = bytes.maketrans(b"-_", b"+/")
Word = tuple[str, str, bytes]  # charset, "b" or "q", encoded text


def decode(raw: bytes, hint: str = "") -> str:
    """Return a header's text on one line: encoded words decoded, control characters gone.

    So are those that turn the direction of what follows.

    `hint` is the charset the mail's body declares: the likely one of bare bytes in its headers.
    """
    return _short(raw, hint) if len(raw) <= SHORT else _line(raw, hint)


def _line(raw: bytes, hint: str) -> str:
    text = _decode(raw, hint) if b"=?" in raw else charset.bare(raw, hint)
    return " ".join((text if text.isprintable() else _printable(text)).split())


def _printable(text: str) -> str:
    return CONTROL.sub(" ", TURN.sub("", text))


# The same few names and subjects stand in most mails of a mailbox
SHORT = 256
_short = lru_cache(maxsize=4_096)(_line)


def _decode(raw: bytes, hint: str) -> str:
    pieces: list[str] = []
    run: list[Word] = []
    end = 0
    for match in WORD.finditer(raw):
        between = raw[end : match.start()]
        if between.strip() or not run:
            pieces += [_join(run), charset.bare(between, hint)]
            run = []
        run.append((match[1].decode("latin-1"), match[2].decode().lower(), match[3]))
        end = match.end()
    return "".join([*pieces, _join(run), charset.bare(raw[end:], hint)])


def _join(run: list[Word]) -> str:
    """Decode neighbouring words; bytes of one charset are joined first, for split characters."""
    if not run:
        return ""
    out: list[str] = []
    data, name, carry = b"", "", b""
    for declared, encoding, encoded in run:
        declared = declared.partition("*")[0].lower()
        if declared != name:
            out.append(charset.decode(data + _base64(carry), name))
            data, name, carry = b"", declared, b""
        if encoding == "b":
            # Some senders cut the base64 itself in the middle of a group of four.
            carry += encoded.strip()
            if len(carry) % 4 and not carry.endswith(b"="):
                continue
            data, carry = data + _base64(carry), b""
        else:
            data, carry = data + _base64(carry) + quoted(encoded), b""
    out.append(charset.decode(data + _base64(carry), name))
    return "".join(out)


def quoted(encoded: bytes) -> bytes:
    """Decode the Q encoding (RFC 2047 §4.2)."""
    return binascii.a2b_qp(encoded.replace(b"_", b" "), header=False)


def _base64(encoded: bytes) -> bytes:
    if not encoded:
        return b""
    if b"-" in encoded or b"_" in encoded:
        encoded = encoded.translate(URL_SAFE)
    try:
        return binascii.a2b_base64(encoded + b"=" * (-len(encoded) % 4))
    except binascii.Error:
        return _salvaged(encoded)


def _salvaged(encoded: bytes) -> bytes:
    kept = re.sub(rb"[^A-Za-z0-9+/]", b"", encoded)
    kept = kept[: len(kept) - (len(kept) % 4 == 1)]
    return binascii.a2b_base64(kept + b"=" * (-len(kept) % 4))
