"""Tags and filters for every template: `{% load ui %}`."""

import re
import zlib
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from babel.numbers import format_decimal
from django import template
from django.forms import BoundField, CheckboxInput
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.ui import times, words

register = template.Library()

HUES = ("clay", "gold", "leaf", "sea", "sky", "iris", "rose", "stone")
KINDS = {
    "pdf": "clay", "zip": "gold", "gz": "gold", "xls": "leaf", "xlsx": "leaf", "csv": "leaf",
    "doc": "sky", "docx": "sky", "odt": "sky", "txt": "stone", "ppt": "rose", "pptx": "rose",
    "png": "iris", "jpg": "iris", "jpeg": "iris", "gif": "iris", "webp": "iris", "ics": "sea",
    "eml": "sea",
}  # fmt: skip
URL = re.compile(r"(?:https?://|mailto:)[^\s<>\"'`]{1,2000}")
TRAILING = ".,;:!?)]}»”\u2019"


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """`{% icon "clip" %}` or `{% icon "clip" "s" %}`: a use of the sprite, for eyes only."""
    extra = format_html(' data-size="{}"', size) if size else ""
    return format_html(
        '<svg class="icon"{} aria-hidden="true"><use href="#i-{}"/></svg>', extra, name
    )


@register.simple_tag(takes_context=True)
def link(context: Context, view: str, *args: Any, **query: Any) -> str:
    """The address of a page in this workspace: `{% link "inbox:thread" thread.uid %}`."""
    # A part that is kept is made without a request
    slug = context["slug"] if "slug" in context else context["request"].workspace.slug
    return reverse(view, args=(slug, *args), query=query or None)


@register.filter
def initials(name: Any) -> str:
    """Two letters for an avatar, from a name or an address."""
    text = str(name or "").strip().strip("\"'")
    if "@" in text and " " not in text:
        text = re.sub(r"[._+-]+", " ", text.split("@")[0])
    parts = ["".join(filter(str.isalnum, word)) for word in text.split()]
    parts = [word for word in parts if word]
    if len(parts) == 1:
        return parts[0][:2].upper()
    return (parts[0][0] + parts[-1][0]).upper() if parts else "?"


@register.filter
def hue(name: Any) -> str:
    """The same one of eight hues for the same name or address, everywhere."""
    return HUES[zlib.crc32(str(name or "").strip().lower().encode()) % len(HUES)]


@register.simple_tag
def avatar(name: Any, size: str = "", key: Any = None) -> SafeString:
    """`{% avatar person.name "s" person.address %}`: initials on a hue; the hue is the key's."""
    extra = format_html(' data-size="{}"', size) if size else ""
    return format_html(
        '<span class="avatar" data-hue="{}"{} aria-hidden="true">{}</span>',
        hue(key or name), extra, initials(name),
    )  # fmt: skip


@register.filter
def when(at: datetime | None) -> SafeString | str:
    """A `<time>` as a list row shows it: 10:42, Thu, 18 Nov."""
    if not at:
        return ""
    stamp = at.isoformat("T", "minutes")
    return format_html('<time datetime="{}">{}</time>', stamp, times.short(at))


@register.filter
def moment(at: datetime | None) -> SafeString | str:
    """A `<time>` with the clock in it: Thu 16:05."""
    if not at:
        return ""
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', at.isoformat("T", "minutes"),
        times.full(at), times.moment(at),
    )  # fmt: skip


@register.filter
def full_time(at: datetime | None) -> str:
    """The whole date and time, in words."""
    return times.full(at) if at else ""


@register.filter
def day_short(at: date | datetime | None) -> str:
    """The day alone: 20 Nov, or 20 Nov 2025 in another year."""
    return times.day_short(at) if at else ""


@register.filter
def line_count(text: str) -> int:
    """How many lines there are in it."""
    return len(text.strip("\n").splitlines())


@register.filter
def day(at: datetime) -> str:
    """The head of a group of rows: Today, Yesterday, Thursday, October."""
    return times.day(at)


@register.filter
def number(value: Any) -> str:
    """A whole number with the language's own separators; nothing for nothing."""
    return "" if value is None or value == "" else format_decimal(value, locale=times.locale())


@register.filter
def lasting(seconds: float | None) -> str:
    """0.9 s, 12 s, 3 min; nothing for nothing."""
    return "" if seconds is None else times.lasting(seconds)


@register.filter
def brief(seconds: float | None) -> str:
    """38 ms, 0.9 s, 12 s; nothing for nothing."""
    return "" if seconds is None else times.brief(seconds)


@register.filter
def clock(at: datetime) -> str:
    """The time of day alone, for an axis."""
    return times.clock(at)


@register.filter
def filesize(size: int | None) -> str:
    """214 kB, 3.1 MB: as file managers count, in thousands."""
    value = float(size or 0)
    for unit, digits in (("B", "0"), ("kB", "0"), ("MB", "0.0")):
        if value < 1000:
            return f"{format_decimal(value, format=digits, locale=times.locale())} {unit}"
        value /= 1000
    return f"{format_decimal(value, format='0.0', locale=times.locale())} GB"


@register.filter
def file_kind(name: str) -> str:
    """Up to four capitals for the tile of a file."""
    ending = name.rsplit(".", 1)[-1] if "." in name else ""
    return ending.upper() if 0 < len(ending) <= 4 and ending.isalnum() else _("FILE")


@register.filter
def file_hue(name: str) -> str:
    """The hue of that tile."""
    return KINDS.get(name.rsplit(".", 1)[-1].lower(), "stone")


@register.filter
def percent(part: int | None, whole: int | None) -> int:
    """How far `part` is of `whole`, 0 to 100, and 100 only when it is all there."""
    if not whole:
        return 100
    return min(99, int(100 * (part or 0) / whole)) if (part or 0) < whole else 100


def _first(name: str, address: str) -> str:
    return (name or address.partition("@")[0]).split(" ")[0].strip(",") or address


@register.filter
def people(writers: Sequence[Sequence[Any]]) -> str:
    """Who wrote, from [[name, address, is_me], …]: one in full, or the first and first names."""
    seen: dict[str, str] = {}
    for name, address, is_me in writers:
        if address in seen:
            continue
        full = len(seen) == 0
        seen[address] = _("me") if is_me else (name or address) if full else _first(name, address)
    return ", ".join(seen.values())


@register.filter
def pairs(addresses: Sequence[Sequence[str]]) -> str:
    """Names or addresses of the first three, and how many more, from [[name, address], …]."""
    return _and_more([name or address for name, address in addresses[:3]], len(addresses))


@register.simple_tag
def addressed(
    to: Sequence[Sequence[Any]], cc: Sequence[Sequence[Any]] = (), unlisted: int = 0
) -> str:
    """To whom, from lists of [name, address, is_me]: "to you, Ana, cc Priya and 3 more".

    `unlisted` is how many more there are than the lists have.
    """
    values = {"to": _names(to, 0 if cc else unlisted), "cc": _names(cc, unlisted)}
    if not to:
        return _("cc %(cc)s") % values if cc else ""
    return _("to %(to)s, cc %(cc)s") % values if cc else _("to %(to)s") % values


def _names(people: Sequence[Sequence[Any]], unlisted: int) -> str:
    shown = [_("you") if is_me else _first(name, address) for name, address, is_me in people[:3]]
    return _and_more(shown, len(people) + unlisted)


def _and_more(shown: Sequence[str], total: int) -> str:
    more = total - len(shown)
    line = ", ".join(shown)
    if more <= 0:
        return line
    return ngettext("%(names)s and %(count)s more", "%(names)s and %(count)s more", more) % {
        "names": line, "count": number(more),
    }  # fmt: skip


@register.filter
def message_text(text: str) -> SafeString:
    """Plain text as paragraphs, with addresses made into links that leave quietly."""
    blocks = re.split(r"\n[ \t]*(?:\n[ \t]*)+", (text or "").strip("\n"))
    return format_html_join("", "<p>{}</p>", ((_linked(block),) for block in blocks))


def _linked(text: str) -> SafeString:
    out: list[str] = []
    at = 0
    for found in URL.finditer(text):
        address = found.group().rstrip(TRAILING)
        out.append(text[at : found.start()])
        out.append(
            format_html(
                '<a href="{}" target="_blank" rel="noopener noreferrer nofollow">{}</a>',
                address,
                address,
            )
        )
        at = found.start() + len(address)
    return format_html_join("", "{}", ((piece,) for piece in (*out, text[at:])))


@register.simple_tag
def page_words() -> dict[str, str | list[str]]:
    """What the scripts may say, for `{{ … |json_script:"words" }}`."""
    return words.words()


@register.simple_tag
def control(field: BoundField, size: str = "") -> SafeString:
    """The control of a bound field in the house's look, tied to its hint and its error."""
    box = isinstance(field.field.widget, CheckboxInput)
    attributes: dict[str, str | bool] = {"class": "box-check" if box else "input"}
    if size and not box:
        attributes["data-size"] = size
    notes = [f"{field.id_for_label}-hint"] if field.help_text else []
    if field.errors:
        attributes["aria-invalid"] = "true"
        notes.append(f"{field.id_for_label}-error")
    if notes:
        attributes["aria-describedby"] = " ".join(notes)
    return field.as_widget(attrs=attributes)


@register.simple_tag(takes_context=True)
def asking(context: Context, **values: str) -> str:
    """The page's query with these values."""
    asked = context["request"].GET.copy()
    for name, value in values.items():
        asked[name.strip("_")] = value
    return str(asked.urlencode())
