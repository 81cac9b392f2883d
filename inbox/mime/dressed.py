"""What the editor shows, said in the mail itself: other programs know nothing of our styles.

Lists, tables, quotes and paragraphs look in every program, and in our own reading pane, as they
did while they were written. What has a style of its own keeps it.
"""

import re

TOKEN = re.compile(r"<(/?)([a-z][a-z0-9]*)((?: [a-z-]+=\"[^\"]*\")*)>")
EMPTY = re.compile(r"(<p(?: [a-z-]+=\"[^\"]*\")*>)(</p>)")
STYLE = re.compile(r' style="([^"]*)"')
SIGNATURE = ' class="fio_signature"'
VOID = frozenset({"br", "col", "hr", "img", "wbr"})
# Their paragraphs stand close
CLOSE = frozenset({"li", "td", "th"})
BLOCK = "margin:0 0 12px"
STYLES = {
    "p": BLOCK,
    "ul": f"{BLOCK};padding-left:20px",
    "ol": f"{BLOCK};padding-left:20px",
    "blockquote": f"{BLOCK};padding-left:12px;border-left:2px solid #d5d9de;color:#5b6470",
    "table": BLOCK,
}
SIGNED = "margin-top:16px;padding-top:8px;border-top:1px solid #e3e6ea;color:#5b6470"


def dress(clean: str) -> str:
    """Return cleaned HTML with the editor's styles; an empty paragraph keeps its line."""
    inside: list[str] = []

    def styled(match: re.Match[str]) -> str:
        closing, name, attributes = match[1], match[2], match[3]
        if closing:
            while inside and inside.pop() != name:
                pass
            return match[0]
        style = _style(name, attributes, inside[-1] if inside else "")
        if name not in VOID:
            inside.append(name)
        return f"<{name}{_with(attributes, style)}>" if style else match[0]

    return TOKEN.sub(styled, EMPTY.sub(r"\1<br>\2", clean))


def _style(name: str, attributes: str, around: str) -> str:
    if name == "div":
        return SIGNED if SIGNATURE in attributes else ""
    if around in CLOSE and name in ("p", "ul", "ol"):
        return STYLES[name].replace(BLOCK, "margin:0")
    return STYLES.get(name, "")


def _with(attributes: str, style: str) -> str:
    """Its own style comes last, so that it counts."""
    own = STYLE.search(attributes)
    if own is None:
        return f'{attributes} style="{style};"'
    return f'{attributes[: own.start()]} style="{style};{own[1]}"{attributes[own.end() :]}'
