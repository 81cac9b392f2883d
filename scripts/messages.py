"""Strings to translate: `update` collects them into locale/, `check` says what is missing."""

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import IO, Any

import django
from babel.messages.catalog import Catalog
from babel.messages.extract import extract, extract_from_dir
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("crm", "inbox", "sync", "tracking", "automations", "reports")
LANGUAGES = ("pt_BR",)
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "n_": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}


def main() -> int:
    """Returns 1 when `check` finds a string without its translation."""
    django.setup()
    catalog = collect()
    if sys.argv[1:] == ["update"]:
        for language in LANGUAGES:
            update(language, catalog)
        return 0
    missing = [line for language in LANGUAGES for line in untranslated(language, catalog)]
    print("\n".join(missing) or "Translations are complete.")
    return 1 if missing else 0


def collect() -> Catalog:
    """Every string of our code and templates."""
    catalog = Catalog(project="Fio", charset="utf-8")
    for package in PACKAGES:
        for name, line, message, comments, context in extract_from_dir(
            ROOT / package, [("**.py", "python")], keywords=KEYWORDS, comment_tags=("Translators:",)
        ):
            catalog.add(message, None, [(f"{package}/{name}", line)], auto_comments=comments,
                        context=context)  # fmt: skip
    for name, line, message, comments, context in from_templates():
        catalog.add(message, None, [(name, line)], auto_comments=comments, context=context)
    return catalog


def from_templates() -> Iterator[tuple[str, int, Any, list[str], str | None]]:
    """Strings of the templates, which Django rewrites as Python for the purpose."""
    for place in sorted((ROOT / "templates").rglob("*.*")):
        if place.suffix not in {".html", ".txt"}:
            continue
        name = str(place.relative_to(ROOT))
        source: IO[bytes] = _python_of(place, name)
        for line, message, comments, context in extract("python", source, KEYWORDS):
            yield name, line, message, list(comments), context


def update(language: str, catalog: Catalog) -> None:
    """Merges the strings into the language's file; translations that lost theirs are dropped."""
    place = ROOT / "locale" / language / "LC_MESSAGES" / "django.po"
    place.parent.mkdir(parents=True, exist_ok=True)
    known = _read(place, language)
    known.update(catalog, no_fuzzy_matching=True, update_creation_date=False)
    known.obsolete.clear()
    known.fuzzy = False
    known.header_comment = "# What Fio says, in another language."
    known.last_translator = known.language_team = "Fio authors"
    known.msgid_bugs_address = ""
    text = BytesIO()
    write_po(text, known, width=100, sort_output=True, omit_header=False, no_location=True)
    place.write_bytes(text.getvalue())


def untranslated(language: str, catalog: Catalog) -> list[str]:
    """A line for each string that the language lacks, or has with other placeholders."""
    place = ROOT / "locale" / language / "LC_MESSAGES" / "django.po"
    known = _read(place, language)
    lines = []
    for message in catalog:
        found = known.get(message.id, message.context) if message.id else None
        if message.id and (found is None or not _is_full(found.string) or found.fuzzy):
            lines.append(f"{language}: {message.id!r} ({message.locations[0][0]})")
    wrong = [(message, error) for message in known for error in message.check(known)]
    return lines + [f"{language}: {message.id!r} ({error})" for message, error in wrong]


def _is_full(string: Any) -> bool:
    return all(string) if isinstance(string, tuple | list) else bool(string)


def _read(place: Path, language: str) -> Catalog:
    if not place.exists():
        return Catalog(locale=language, project="Fio", charset="utf-8")
    with place.open("rb") as lines:
        return read_po(lines, locale=language)


def _python_of(place: Path, name: str) -> IO[bytes]:
    return BytesIO(templatize(place.read_text(), origin=name).encode())


if __name__ == "__main__":
    sys.exit(main())
