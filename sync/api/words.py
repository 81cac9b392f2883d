"""What happened and what to do about it, from the key that was stored."""

from django.utils.translation import gettext

from sync.providers import texts


def found(code: str, said: str = "") -> tuple[str, str]:
    """The sentence and the remedy for a key, in the reader's language; empty for one unknown."""
    text = texts.TEXTS.get(code)
    if text is None:
        return "", ""
    return texts.fill(gettext(text.what), said), gettext(text.remedy)
