"""What members write, made harmless: a few elements, balanced, and the names of those mentioned.

The text is read tag by tag and written anew with every element closed, so that no nesting can keep
the sanitiser behind it busy; that one has the last word. What is no whole tag is text.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape, unescape

import nh3

from crm.workspaces.models import Membership

LONGEST = 100_000
DEEPEST = 12
TAGS = frozenset(
    {"p", "br", "strong", "em", "u", "s", "a", "ul", "ol", "li", "blockquote", "code", "h3"}
)
SAME = {"b": "strong", "i": "em", "del": "s", "strike": "s", "div": "p", "h1": "h3", "h2": "h3"}
BLOCKS = frozenset({"p", "br", "li", "blockquote", "h3", "ul", "ol"})
# What these hold is no text
SILENT = frozenset({"script", "style", "template", "title", "textarea", "svg", "math", "noscript"})
# A value in quotes ends before the next angle bracket, so no text is looked at twice
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*+)((?:[^<>\"']|\"[^\"<>]*+\"|'[^'<>]*+')*+)>")
HREF = re.compile(r"""\shref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.I)
LINK = re.compile(r"(?:https?://|mailto:)[^\s\"'<>]{1,2000}", re.I)


class Unfit(Exception):
    """The text cannot be kept: it is empty, or too long."""


@dataclass(frozen=True, slots=True)
class Written:
    """Clean HTML, its words, and the members it names with @."""

    html: str
    text: str
    mentioned: list[Membership]


def clean(html: str, members: Iterable[Membership] = ()) -> Written:
    """Make a text harmless and find whom it mentions; raises Unfit."""
    if len(html) > LONGEST:
        raise Unfit("long")
    reader = _Reader(members)
    reader.read(_without_comments(html.replace("\x00", "")))
    shown = CLEANER.clean(reader.written())
    text = "\n".join(line.strip() for line in "".join(reader.words).split("\n")).strip()
    if not text:
        raise Unfit("empty")
    return Written(shown, re.sub(r"\n{2,}", "\n", text), list(reader.mentioned.values()))


def _without_comments(html: str) -> str:
    """Without comments and declarations, of which an unfinished one is searched for an end once."""
    kept, at = [], 0
    while (start := html.find("<!--", at)) >= 0:
        end = html.find("-->", start)
        if end < 0:
            break
        kept.append(html[at:start])
        at = end + 3
    return "".join([*kept, html[at:].replace("<!", "").replace("<?", "")])


class _Reader:
    """Writes what it reads anew: known elements only, each closed."""

    def __init__(self, members: Iterable[Membership]) -> None:
        # The longest name first, so that Ann Smith is not taken for Ann
        self.members = sorted(members, key=lambda each: -len(each.name))
        names = "|".join(re.escape(each.name) for each in self.members if each.name)
        self.named = re.compile(rf"@({names})(?!\w)", re.I) if names else None
        self.out: list[str] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.silent = 0
        self.mentioned: dict[int, Membership] = {}

    def read(self, html: str) -> None:
        at = 0
        for found in TAG.finditer(html):
            self._text(unescape(html[at : found.start()]))
            tag = found.group(2).lower()
            if found.group(1):
                self._end(tag)
            else:
                self._begin(tag, found.group(3))
            at = found.end()
        self._text(unescape(html[at:]))

    def _begin(self, tag: str, attributes: str) -> None:
        if tag in SILENT:
            self.silent += 1
        tag = SAME.get(tag, tag)
        if self.silent or tag not in TAGS:
            return
        if tag in BLOCKS:
            self.words.append("\n")
        if tag == "br":
            self.out.append("<br>")
            return
        if len(self.open) >= DEEPEST or (tag in self.open and tag not in ("ul", "ol", "li")):
            return
        self.out.append(_opening(tag, attributes))
        self.open.append(tag)

    def _end(self, tag: str) -> None:
        if tag in SILENT:
            self.silent = max(0, self.silent - 1)
        tag = SAME.get(tag, tag)
        if tag not in self.open:
            return
        while self.open:
            last = self.open.pop()
            self.out.append(f"</{last}>")
            if last == tag:
                break
        if tag in BLOCKS:
            self.words.append("\n")

    def _text(self, data: str) -> None:
        if self.silent or not data:
            return
        self.words.append(data)
        self.out.append(self._mentions(data))

    def written(self) -> str:
        return "".join([*self.out, *(f"</{tag}>" for tag in reversed(self.open))])

    def _mentions(self, text: str) -> str:
        """The text, each name after an @ marked as the member's."""
        if self.named is None or "a" in self.open:
            return escape(text, quote=False)
        out, at = [], 0
        for found in self.named.finditer(text):
            member = self._member(found.group(1))
            out.append(escape(text[at : found.start()], quote=False))
            name = escape(found.group(0), quote=False)
            out.append(f'<span class="mention">{name}</span>')
            self.mentioned[member.pk] = member
            at = found.end()
        return "".join([*out, escape(text[at:], quote=False)])

    def _member(self, name: str) -> Membership:
        # As it was found: the letters ı and ſ are an i and an s there, and in no lower case
        return next(m for m in self.members if re.fullmatch(re.escape(m.name), name, re.I))


def _opening(tag: str, attributes: str) -> str:
    if tag != "a":
        return f"<{tag}>"
    found = HREF.search(attributes)
    address = unescape(next(filter(None, found.groups()), "")).strip() if found else ""
    return f'<a href="{escape(address)}">' if LINK.fullmatch(address) else "<a>"


CLEANER = nh3.Cleaner(
    tags={*TAGS, "span"},
    attributes={"a": {"href"}, "span": {"class"}},
    attribute_filter=lambda tag, name, value: (
        None if tag == "span" and value != "mention" else value
    ),
    link_rel="noopener noreferrer nofollow",
    set_tag_attribute_values={"a": {"target": "_blank"}},
    url_schemes={"http", "https", "mailto"},
)
