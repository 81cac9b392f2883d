"""How deep received HTML nests, and its parts cut by plain search: all in linear time.

Sanitisers need quadratic time on deep trees, and so do expressions that look for an end that never
comes; one mail must not stop a worker by either.
"""

import html as entities
import re

DEEPEST = 256
# Elements that cannot hold others, and those the next of their kind closes by itself.
FLAT_NAMES = """
area base basefont br col dd dt embed frame hr img input keygen li link meta option p param source
tbody td tfoot th thead tr track wbr html head body"""
TAG = re.compile(rf"<(/?)(?!(?:{'|'.join(FLAT_NAMES.split())})[\s/>])[a-z]", re.I)
LONG = re.compile(r"<[a-z][^>]{10000,}", re.I)
VALUE = re.compile(r"\"[^\"]*\"|'[^']*'")
ATTRIBUTES = 1_000
# So many entities cost half a second, and twice as many four times that
ENTITIES = 200_000
MARKUP = re.compile(r"<[!/?a-zA-Z][^<>]*>")


def is_too_deep(html: str) -> bool:
    """Whether elements nest deeper, or have more attributes, than mail written in good faith.

    Or it has more entities.
    """
    if html.count("&") > ENTITIES:
        return True
    if any(_is_crowded(found[0]) for found in LONG.finditer(html)):
        return True
    if html.count("<") <= DEEPEST:
        return False
    marks: list[str] = TAG.findall(html)
    depth = 0
    for mark in marks:
        if not mark:
            depth += 1
            if depth > DEEPEST:
                return True
        elif depth:
            depth -= 1
    return False


def _is_crowded(tag: str) -> bool:
    """Whether a long tag is long by attributes, which readers compare with each other."""
    return len(VALUE.sub("", tag).split()) > ATTRIBUTES


def words(html: str) -> str:
    """Return the text between the tags on one line."""
    for name in ("script", "style", "title"):
        html, _ = without(html, f"<{name}", f"</{name}")
    return " ".join(entities.unescape(MARKUP.sub(" ", html)).split())


def without_comments(html: str) -> str:
    """Return HTML without its comments; of one that never ends only its first tag's length goes.

    A browser would take all the rest of the mail for the comment; its sender saw another one.
    """
    if "--!>" in html:
        html = html.replace("--!>", "-->")
    return without(html, "<!--", "-->", overlap=2)[0].replace("<!--", "<!x")


def without(html: str, opening: str, closing: str, *, overlap: int = 0) -> tuple[str, list[str]]:
    """Return HTML without the spans from `opening` to `closing`, and what they held.

    A span ends with the ">" of its closing, which may share its first `overlap` characters with
    the opening, as in "<!-->".
    """
    if opening not in html and opening.upper() not in html and opening.title() not in html:
        return html, []
    lower = html if opening.upper() == opening else html.lower()
    if len(lower) != len(html):
        lower = html
    kept: list[str] = []
    cut: list[str] = []
    end = 0
    start = lower.find(opening)
    while start >= 0:
        close = lower.find(closing, start + len(opening) - overlap)
        if close < 0:
            break
        kept.append(html[end:start])
        cut.append(html[start + len(opening) : close])
        end = (lower.find(">", close + len(closing) - 1) + 1) or len(html)
        start = lower.find(opening, end)
    kept.append(html[end:])
    return "".join(kept), cut
