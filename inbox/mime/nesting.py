"""How deep received HTML nests, found in one pass: sanitisers need quadratic time on deep trees."""

import html as entities
import re

DEEPEST = 256
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
MARKUP = re.compile(
    r"<!--.*?-->|<(script|style|title)\b.*?</\1\s*>|<[!/?a-zA-Z][^>]*>", re.I | re.S
)
# Elements that cannot hold others, and those the next of their kind closes by itself.
FLAT_NAMES = """
area base basefont br col dd dt embed frame hr img input keygen li link meta option optgroup
    p param source tbody td tfoot th thead tr track wbr html head body"""
FLAT = frozenset(FLAT_NAMES.split())


def is_too_deep(html: str) -> bool:
    """Whether elements nest deeper than any mail written in good faith."""
    depth = 0
    for match in TAG.finditer(html):
        if match[2].lower() in FLAT:
            continue
        if match[1]:
            depth -= depth > 0
        else:
            depth += 1
            if depth > DEEPEST:
                return True
    return False


def words(html: str) -> str:
    """Return the text between the tags on one line."""
    return " ".join(entities.unescape(MARKUP.sub(" ", html)).split())
