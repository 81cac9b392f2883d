"""Bytes to text, whatever the sender claims the bytes are."""

import codecs
import re
from functools import lru_cache

from charset_normalizer import from_bytes

from inbox.mime import accents

SAMPLE = 8_192
LIKELY = [
    "gb18030",
    "big5",
    "cp949",
    "cp932",
    "euc_jp",
    "koi8_r",
    "cp1251",
    "cp1252",
    "cp1250",
    "cp1253",
    "cp1254",
    "cp1255",
    "cp1256",
    "cp874",
]
# The mark that switches ISO-2022-JP to its two-byte characters, whatever charset is declared.
# Where they fail, JIS X 0213 has what vendors added to that set: circled numbers, say.
JAPANESE = re.compile(rb"\x1b\$[@B]")
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

# Supersets that real senders mean, and names Python does not know.
ALIASES = {
    "ascii": "us-ascii",
    "big5": "big5hkscs",
    "chinesebig5": "big5hkscs",
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gbk": "gb18030",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "iso-8859-6-i": "iso-8859-6",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "euc-kr": "cp949",
    "macintosh": "mac-roman",
    "x-mac-roman": "mac-roman",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "unicode-1-1-utf-7": "utf-7",
    "utf8mb4": "utf-8",
    "x-gbk": "gb18030",
    "x-euc-jp": "euc-jp",
}
WINDOWS = re.compile(r"(?:x-)?(?:windows|cp|win|microsoft-cp)[-_]?(\d{3,4})")
# Text encodings of Python that are no charset of any mail, some of them slow on purpose-made input.
REFUSED = {"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "mbcs", "oem"}


@lru_cache(maxsize=512)
def codec_name(declared: str) -> str:
    """Return Python's name for a declared charset, or "" where there is none."""
    name = declared.strip().strip("\"'").lower().partition("*")[0]
    name = ALIASES.get(name, name)
    windows = WINDOWS.fullmatch(name)
    if windows:
        name = f"cp{windows[1]}"
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError, UnicodeError):
        return ""
    if info.name.replace("-", "_") in REFUSED or not getattr(info, "_is_text_encoding", True):
        return ""
    return info.name


def decode(data: bytes, declared: str = "") -> str:
    """Decode by the declared charset, then UTF-8, then detection, then Latin-1; never raises."""
    name = codec_name(declared) if declared else ""
    text = _decode(data, name)
    # Of all codecs only UTF-7 makes lone surrogates.
    return storable(text) if name == "utf-7" or "\x00" in text else text


def bare(data: bytes, hint: str = "") -> str:
    """Decode bytes that declare no charset, such as 8-bit headers; never raises."""
    try:
        return storable(data.decode("utf-8"))
    except UnicodeDecodeError:
        return decode(data, hint)


def storable(text: str) -> str:
    """Drop what PostgreSQL and UTF-8 refuse: NUL and lone surrogates."""
    if text.isascii():
        return text.replace("\x00", "") if "\x00" in text else text
    return UNSTORABLE.sub("", text) if UNSTORABLE.search(text) else text


def _decode(data: bytes, name: str) -> str:
    if data.isascii() and not _is_stateful(name):
        if not JAPANESE.search(data):
            return data.decode("ascii")
        name = "iso2022_jp"
    if name == "iso8859-1":
        name = _latin(data)
    for codec in (name, "" if data.isascii() else "utf-8"):
        if codec and codec != "ascii":
            try:
                return data.decode(codec)
            except (UnicodeError, LookupError, ValueError):
                continue
    if name.startswith("iso2022_jp") and data.isascii():
        return JAPANESE.sub(b"\x1b$(Q", data).decode("iso2022_jp_2004", "replace")
    return _repaired(data, name) or _detected(data) or data.decode("latin-1")


def _is_stateful(name: str) -> bool:
    return name.startswith(("iso2022", "utf-7", "utf-16", "utf-32", "hz"))


def _latin(data: bytes) -> str:
    # A browser reads "iso-8859-1" as Windows-1252; the senders of 0x80-0x9f mean that as well.
    return "cp1252" if re.search(rb"[\x80-\x9f]", data) else "iso8859-1"


def _repaired(data: bytes, name: str) -> str:
    """Return the text in the declared charset when only a few bytes of it are damaged."""
    for codec in (name, "utf-8"):
        if not codec or codec == "ascii":
            continue
        text = data.decode(codec, "replace")
        beyond = len(text) - len(text.encode("ascii", "ignore"))
        if text.count("\ufffd") * 8 <= beyond:
            return text
    return ""


def _detected(data: bytes) -> str:
    """Return the text by the charset its bytes look like."""
    beyond = re.search(rb"[\x80-\xff]", data)
    start = max(0, (beyond.start() if beyond else 0) - SAMPLE // 4)
    sample = data[start : start + SAMPLE]
    if european := accents.codec(sample):
        return data.decode(european, "replace")
    best = from_bytes(sample, cp_isolation=LIKELY).best()
    if best is None:
        return ""
    try:
        return data.decode(best.encoding)
    except (UnicodeError, LookupError):
        return ""
