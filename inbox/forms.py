"""What the inbox pages send, read into plain values."""

import re
import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from crm.timeline.queries import places

# A name in quotes may hold a comma; a quote that nobody closes is looked through only so far
PART = re.compile(r'(?:"(?:[^"\\]|\\.){0,200}+"|[^,;\n])++')
NAMED = re.compile(r"^(?P<name>.*?)<(?P<address>[^<>]*)>\s*$", re.S)
LONGEST = 400
MOST = 500


def read_text(data: QueryDict, name: str) -> str:
    """What was typed, without the one character that PostgreSQL cannot keep."""
    return data.get(name, "").replace("\x00", "")


def read_people(text: str) -> list[list[str]]:
    """[name, address] of a recipient line; what is only half typed is kept as it stands."""
    people = []
    for part in PART.findall(text[: MOST * LONGEST])[:MOST]:
        part = part.strip()
        found = NAMED.match(part)
        name, address = (found["name"], found["address"]) if found else ("", part)
        name = name.strip().removeprefix('"').removesuffix('"').replace('\\"', '"').strip()
        if address.strip():
            people.append([name[:LONGEST], address.strip()[:LONGEST]])
    return people


def write_people(people: Iterable[Sequence[str]]) -> str:
    """The same line again: `"Dana Whitfield" <dana@x.test>, bo@y.test`."""
    return ", ".join(
        f'"{name.translate(QUOTES)}" <{address}>' if name else address for name, address in people
    )


QUOTES = str.maketrans("", "", '"\\')


def read_uids(values: Iterable[str]) -> list[uuid.UUID]:
    """The public ids among these words, each once, in order; anything else is left out."""
    found: dict[uuid.UUID, None] = {}
    for value in values:
        try:
            found[uuid.UUID(value)] = None
        except ValueError:
            continue
    return list(found)


def read_uid(data: QueryDict, name: str) -> uuid.UUID | None:
    """One public id, or None."""
    return as_uid(data.get(name, ""))


def as_uid(text: str) -> uuid.UUID | None:
    """The public id that a word is, or None."""
    found = read_uids([text])
    return found[0] if found else None


def read_records(values: Iterable[str]) -> list[tuple[str, uuid.UUID]]:
    """The (kind, public id) among words like `deal:uid`, each once, at most 20 of them."""
    found: dict[tuple[str, uuid.UUID], None] = {}
    for value in values:
        kind, _colon, text = value.partition(":")
        uid = as_uid(text)
        if uid is not None:
            found[kind, uid] = None
    return list(found)[:20]


def as_moment(text: str) -> datetime | None:
    """A moment with its zone, or None; a plus that came unescaped is a space by then."""
    return places.read_moment(text.replace(" ", "+"))


def read_number(data: QueryDict, name: str, usual: int, most: int, *, least: int = 1) -> int:
    """A whole number between `least` and `most`."""
    value = data.get(name, "")[:18]
    return min(max(int(value), least), most) if value.isascii() and value.isdigit() else usual


class TemplateForm(forms.Form):
    """A template; its text comes from the editor, its files as `upload`."""

    name = forms.CharField(label=_("Name"), max_length=120)
    folder = forms.CharField(
        label=_("Folder"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"list": "folders"}),
    )
    subject = forms.CharField(label=_("Subject"), max_length=900, required=False)
    html = forms.CharField(label=_("Text"), max_length=1_000_000, required=False, strip=False)
    shortcut = forms.RegexField(
        r"^;?[\w-]*$",
        label=_("Shortcut"),
        max_length=40,
        required=False,
        help_text=_("Letters and digits. Type ; and the shortcut, then Tab, to put it in a text."),
    )
    is_shared = forms.BooleanField(label=_("Shared with everybody"), required=False)
