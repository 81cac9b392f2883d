"""What the columns of a file mean, guessed from their headings and from what stands in them."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.utils import translation

from crm.contacts.importing import headings
from crm.contacts.importing.importers import IMPORTERS, Importer, targets
from crm.contacts.importing.targets import Target

# The kind's word in front of a heading, in the programs that write it there
PREFIXES: dict[str, tuple[str, ...]] = {
    "person": ("person", "contact", "pessoa", "contato"),
    "organization": ("organization", "organisation", "company", "organizacao", "empresa"),
    "deal": ("deal", "negocio"),
    "lead": ("lead",),
    "project": ("project", "projeto"),
}
LOOKS_LIKE_MAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,255}\.[A-Za-z]{2,24}")
SAMPLE = 50
SECOND_FIRST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(?:\d{4}|\d{2})(?:[ T]\d.{0,20})?")
# Whoever has one of these columns has a list of people
OF_PEOPLE = frozenset(("first name", "given name", "last name", "family name", "e mail address"))

Mapping_ = list[dict[str, Any]]


def mapping(kind: str, heading: Sequence[str], rows: Sequence[Sequence[str]]) -> Mapping_:
    """For each column the target it seems to be, or none; each row's first `SAMPLE` count."""
    importer = IMPORTERS[kind]
    known = targets(importer)
    words = _words(importer, known)
    plain = [headings.plain(each) for each in heading]
    found: Mapping_ = [{"to": ""} for _each in heading]
    taken: set[str] = set()
    # A heading that says it whole goes before one that says it among other things
    for is_whole in (True, False):
        for at, text in enumerate(plain):
            if not found[at]["to"]:
                _place(found, at, _meaning(kind, text, words, whole=is_whole), known, taken)
    # What we call it ourselves comes last: "Title" is not always a job
    own = {headings.plain(name): name for name in known}
    for at, text in enumerate(plain):
        if not found[at]["to"]:
            _place(found, at, own.get(text, ""), known, taken)
    _label(found, plain)
    _by_content(found, rows, known, taken)
    return found


def kind_of(heading: Sequence[str]) -> str:
    """The kind of record a file is about: the one named in front of most headings.

    Otherwise the one that knows two headings more than people do, or people.
    """
    plain = [headings.plain(each) for each in heading]
    if OF_PEOPLE & set(plain):
        return "person"
    counts = {}
    for kind in IMPORTERS:
        first = tuple(f"{word} " for word in PREFIXES.get(kind, (kind,)))
        counts[kind] = sum(text.startswith(first) for text in plain)
    best = max(counts, key=lambda kind: counts[kind])
    return best if counts[best] > 1 else _best_known(plain)


def _best_known(plain: Sequence[str]) -> str:
    counts = {}
    for kind, importer in IMPORTERS.items():
        known = targets(importer)
        words = _words(importer, known) | {headings.plain(name): name for name in known}
        counts[kind] = len({words[text] for text in plain if text in words})
        # Whoever has addresses is a person
        if kind == "person" and "emails" in (words.get(text) for text in plain):
            return kind
    best = max(counts, key=lambda kind: counts[kind])
    return best if counts[best] > counts["person"] + 1 else "person"


def day_order(rows: Sequence[Sequence[str]], language: str) -> str:
    """Whether days or months come first, by a number that can be no month."""
    for row in rows[:500]:
        for cell in row:
            found = SECOND_FIRST.fullmatch(cell)
            if found and int(found[1]) > 12:
                return "dmy"
            if found and int(found[3]) > 12:
                return "mdy"
    return "mdy" if language == "en-us" else "dmy"


def _words(importer: Importer, known: Mapping[str, Target]) -> dict[str, str]:
    """Every heading we know for this kind, and the target it means."""
    found: dict[str, str] = {}
    # The workspace's own words win over everybody's, in whichever language they were written
    for language, _words_of_it in settings.LANGUAGES:
        with translation.override(language):
            for name, target in known.items():
                found.setdefault(headings.plain(str(target.label)), name)
    for name, texts in {**headings.COMMON, **importer.words}.items():
        if name in known:
            for text in texts:
                found.setdefault(text, name)
    return found


def _meaning(kind: str, text: str, words: Mapping[str, str], *, whole: bool) -> str:
    if whole:
        return words.get(text, "")
    bare = headings.without_kind(text, PREFIXES.get(kind, (kind,)))
    numbered = headings.NUMBERED.match(bare)
    if numbered:
        part, what = numbered[1], numbered[3] or ""
        if what in ("label", "type"):
            return ""
        bare = f"{part} {what}" if what in ("name", "title") else part
    if bare in words:
        return words[bare]
    # "E-mail work", "Phone - Mobile": the first words say what, the last which
    for last in range(bare.count(" "), 0, -1):
        start = " ".join(bare.split(" ")[:last])
        if words.get(start) in ("emails", "phones"):
            return words[start]
    return ""


def _place(
    found: Mapping_, at: int, name: str, known: Mapping[str, Target], taken: set[str]
) -> None:
    if not name or (name in taken and not known[name].takes_several):
        return
    found[at] = {"to": name}
    taken.add(name)


def _label(found: Mapping_, plain: Sequence[str]) -> None:
    """Which address or phone it is: by the column beside that says so, or by the heading."""
    at_of = {text: at for at, text in enumerate(plain)}
    for at, each in enumerate(found):
        if each["to"] not in ("emails", "phones"):
            continue
        stem = plain[at].removesuffix(" value")
        beside = at_of.get(f"{stem} label", at_of.get(f"{stem} type"))
        if beside is not None:
            each["label_from"] = beside
            continue
        for word in ("work", "home", "mobile", "business", "other", "fax", "main"):
            if word in plain[at].split():
                each["label"] = "work" if word == "business" else word


def _by_content(
    found: Mapping_, rows: Sequence[Sequence[str]], known: Mapping[str, Target], taken: set[str]
) -> None:
    """A column full of addresses is one of addresses, whatever it is called."""
    if "emails" not in known or "emails" in taken:
        return
    for at, each in enumerate(found):
        cells = [row[at] for row in rows[:SAMPLE] if at < len(row) and row[at]]
        like = sum(bool(LOOKS_LIKE_MAIL.match(cell)) for cell in cells)
        if not each["to"] and cells and like > len(cells) * 0.6:
            each["to"] = "emails"
