"""The words of cleaned HTML as plain text: lines, list marks, and "> " before what is quoted."""

import html as entities
import re

TOKEN = re.compile(r"<(/?)([a-z][a-z0-9]*)((?: [a-z-]+=\"[^\"]*\")*)>")
SPACE = re.compile(r"[ \t\r\n\f]+")
ALT = re.compile(r' alt="([^"]+)"')
DASHES = "-- "
DEEPEST = 4
SIGNED = ' class="fio_signature"'
STYLES = re.compile(r"^<style>[^<]*</style>")
NEW_LINE_NAMES = """
address article aside dd details dir div dl dt figcaption figure footer header hr li main
    menu nav ol section summary table tr ul center"""
NEW_LINE = frozenset(NEW_LINE_NAMES.split())
NEW_PARAGRAPH = frozenset({"blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "p", "pre"})


class _Writer:
    """Collects lines; knows how deep in quotes it is and whether white space is kept."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line: list[str] = []
        self.quotes = 0
        self.kept = 0
        # The number of the next item of each list one is in; None where they have none
        self.lists: list[int | None] = []
        self.is_marked = False

    def text(self, text: str) -> None:
        text = entities.unescape(text)
        if text.strip():
            self.is_marked = False
        if self.kept:
            first, *rest = text.split("\n")
            self.line.append(first)
            for each in rest:
                self.end()
                self.line.append(each)
            return
        text = SPACE.sub(" ", text)
        if not self.line or self.line[-1].endswith(" "):
            text = text.lstrip(" ")
        if text:
            self.line.append(text)

    def end(self) -> None:
        line = "".join(self.line).rstrip()
        self.lines.append(("> " * min(self.quotes, 8) + line) if line else "")
        self.line, self.is_marked = [], False

    def fresh(self) -> None:
        if self.line:
            self.end()

    def gap(self) -> None:
        if self.is_marked:
            return
        self.fresh()
        if not self.lists and self.lines and self.lines[-1] not in ("", DASHES):
            self.lines.append("")

    def tag(self, closing: bool, name: str, attributes: str) -> None:
        if SIGNED in attributes and not closing:
            # Where the signature begins (RFC 3676, 4.3)
            self.gap()
            self.lines.append(DASHES)
        elif name == "br":
            self.end()
        elif name in NEW_PARAGRAPH:
            self.gap()
            step = -1 if closing else 1
            self.quotes = max(0, self.quotes + step * (name == "blockquote"))
            self.kept = max(0, self.kept + step * (name == "pre"))
        elif name in NEW_LINE:
            self.fresh()
            if name in ("ul", "ol"):
                self.nest(closing, name)
            elif name == "li" and not closing:
                self.item()
        elif name in ("td", "th") and self.line:
            self.text(" ")
        elif name == "img":
            alt = ALT.search(attributes)
            self.text(entities.unescape(alt[1]) if alt else "")

    def nest(self, closing: bool, name: str) -> None:
        if not closing:
            self.lists.append(1 if name == "ol" else None)
        elif self.lists:
            self.lists.pop()

    def item(self) -> None:
        """Its mark, or number; its words follow on the same line, whatever they stand in."""
        number = self.lists[-1] if self.lists else None
        if number is not None:
            self.lists[-1] = number + 1
        indent = "  " * min(len(self.lists) - 1, DEEPEST)
        self.line.append(f"{indent}- " if number is None else f"{indent}{number}. ")
        self.is_marked = True


def from_html(clean: str) -> str:
    """Return the text of cleaned HTML (the output of `clean.clean_html`, nothing else)."""
    writer = _Writer()
    end = STYLES.match(clean).end() if clean.startswith("<style>") else 0  # type: ignore[union-attr]
    for match in TOKEN.finditer(clean, end):
        if match.start() > end:
            writer.text(clean[end : match.start()])
        writer.tag(bool(match[1]), match[2], match[3])
        end = match.end()
    writer.text(clean[end:])
    writer.fresh()
    text = "\n".join(writer.lines).replace("\xa0", " ")
    return re.sub(r"\n{3,}", "\n\n", text).strip()
