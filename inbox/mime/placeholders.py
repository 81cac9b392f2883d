"""Fields in words: `{{ person.first_name | "there" }}`, found and filled, and nothing more.

There is no language here: no loops, no calls, no attributes of anything. A field is a name and,
if somebody gave one, the word that stands where nothing is known.
"""

import html as entities
import re
from collections.abc import Callable, Container
from dataclasses import dataclass
from urllib.parse import quote

# Whatever stands in two braces is meant as a field, also one that is written wrongly
BRACES = re.compile(r"\{\{([^{}\n]{0,300})\}\}")
FIELD = re.compile(r'\s*([a-z][a-z0-9_]*\.[a-z][a-z0-9_]*)\s*(?:\|\s*["“”]([^"“”]*)["“”]\s*)?')
# As the editor shows one: the mark goes when it is filled
CHIP = re.compile(r'<span class="fio_field">(\s*\{\{[^{}\n]{0,300}\}\}\s*)</span>')
TAG = re.compile(r"(<[^<>\"']*(?:\"[^\"]*\"[^<>\"']*)*>)")


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A field as it was written; the name is "" where it cannot be read."""

    raw: str
    name: str = ""
    fallback: str = ""


# What a field says: None where there is no such field, "" where nothing is known
Value = Callable[[str], str | None]
Write = Callable[[str], str]
# What stands where a field is empty, made of its name: in HTML it is HTML
Blank = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Filled:
    """Words with their fields filled, and the fields that could not be."""

    text: str
    unknown: tuple[Placeholder, ...] = ()
    empty: tuple[Placeholder, ...] = ()


def has_any(*texts: str) -> bool:
    """Whether anything here is meant as a field."""
    return any("{{" in text for text in texts)


def written(text: str) -> set[str]:
    """Everything in a text that stands in two braces, as it was written."""
    return {found[0] for found in BRACES.finditer(text)}


def _read(raw: str) -> Placeholder:
    field = FIELD.fullmatch(raw[2:-2].replace("\xa0", " "))
    if field is None:
        return Placeholder(raw)
    return Placeholder(raw, field[1], (field[2] or "").strip())


def fill(
    text: str, value: Value, *, blank: Blank | None = None, words: Container[str] = ()
) -> Filled:
    """Fill a line or a text; what cannot be filled stays as it stands, or as `blank` shows it.

    What is among `words` is none: others wrote it (`written`), and it stays as it is.
    """
    return _fill(text, value, read=str, write=str, blank=blank, words=words)


def fill_html(html: str, value: Value, *, blank: Blank | None = None) -> Filled:
    """Fill cleaned HTML; values are words there, never markup, and within addresses quoted.

    What is empty is shown by `blank` among words only.
    """
    pieces: list[str] = []
    unknown: list[Placeholder] = []
    empty: list[Placeholder] = []
    for piece in TAG.split(CHIP.sub(r"\1", html)):
        part = _in_tag(piece, value) if piece.startswith("<") else _in_text(piece, value, blank)
        pieces.append(part.text)
        unknown += part.unknown
        empty += part.empty
    return Filled("".join(pieces), tuple(unknown), tuple(empty))


def _in_text(piece: str, value: Value, blank: Blank | None) -> Filled:
    return _fill(piece, value, read=entities.unescape, write=_words, blank=blank)


def _in_tag(piece: str, value: Value) -> Filled:
    return _fill(piece, value, read=entities.unescape, write=_address)


def _words(said: str) -> str:
    lines = entities.escape(said, quote=False).replace("\r\n", "\n")
    return lines.replace("\n", "<br>")


def _address(said: str) -> str:
    return quote(said, safe="@")


def _fill(
    text: str,
    value: Value,
    *,
    read: Write,
    write: Write,
    blank: Blank | None = None,
    words: Container[str] = (),
) -> Filled:
    """What stands in braces is read in plain words; unfilled it stays exactly as it was written."""
    if "{{" not in text:
        return Filled(text)
    unknown: list[Placeholder] = []
    empty: list[Placeholder] = []

    def put(match: re.Match[str]) -> str:
        if match[0] in words:
            return match[0]
        field = _read(read(match[0]))
        said = value(field.name) if field.name else None
        if said is None:
            unknown.append(field)
            return match[0]
        if not (said := said.strip() or field.fallback):
            empty.append(field)
            return blank(field.name) if blank else match[0]
        return write(said)

    return Filled(BRACES.sub(put, text), tuple(unknown), tuple(empty))
