"""What happened and what to do about it, from the key that was stored."""

import re

from django.utils.translation import gettext

from sync.providers import texts

HOLE = re.compile(r"%\(\w+\)s")


def found(code: str) -> tuple[str, str]:
    """The sentence and the remedy for a key, in the reader's language; empty for one unknown."""
    text = texts.TEXTS.get(code)
    if text is None:
        return "", ""
    return HOLE.sub("…", gettext(text.what)), gettext(text.remedy)
