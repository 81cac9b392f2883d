"""How deep received HTML nests, found in one pass: sanitisers need quadratic time on deep trees."""

import html as entities
import re

DEEPEST = 256
# Elements that cannot hold others, and those the next of their kind closes by itself.
FLAT_NAMES = """
area base basefont br col dd dt embed frame hr img input keygen li link meta option optgroup p param
source tbody td tfoot th thead tr track wbr html head body"""
TAG = re.compile(rf"<(/?)(?!(?:{'|'.join(FLAT_NAMES.split())})[\s/>])[a-z]", re.I)
MARKUP = re.compile(
    r"<!--.*?-->|<(script|style|title)\b.*?</\1\s*>|<[!/?a-zA-Z][^>]*>", re.I | re.S
)


def is_too_deep(html: str) -> bool:
    """Whether elements nest deeper than any mail written in good faith."""
    marks: list[str] = TAG.findall(html)
    if marks.count("") <= DEEPEST:
        return False
    depth = 0
    for mark in marks:
        if not mark:
            depth += 1
            if depth > DEEPEST:
                return True
        elif depth:
            depth -= 1
    return False


def words(html: str) -> str:
    """Return the text between the tags on one line."""
    return " ".join(entities.unescape(MARKUP.sub(" ", html)).split())
