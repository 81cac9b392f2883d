"""Plain text to HTML: escaped first of all, then its addresses made links."""

import html as entities
import re

FOUND = re.compile(
    r"(?P<url>(?:https?://|www\.)[^\s<>\"“”«»]{3,2000})"
    r"|(?P<mail>[\w.+'-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8})",
    re.I,
)
CLOSERS = {")": "(", "]": "[", "}": "{"}
REL = 'target="_blank" rel="noopener noreferrer nofollow"'


def linkify(text: str) -> str:
    """Return text as HTML with links; line breaks are kept as they are."""
    out: list[str] = []
    end = 0
    for match in FOUND.finditer(text):
        target = _trimmed(match[0])
        out += [_escaped(text[end : match.start()]), _link(target, is_mail=bool(match["mail"]))]
        end = match.start() + len(target)
    return "".join([*out, _escaped(text[end:])])


def _escaped(text: str) -> str:
    return entities.escape(text, quote=False)


def _link(target: str, *, is_mail: bool) -> str:
    scheme = "mailto:" if is_mail else "" if "://" in target[:8] else "https://"
    href = scheme + target
    return f'<a href="{entities.escape(href)}" {REL}>{_escaped(target)}</a>'


def _trimmed(target: str) -> str:
    """Leave the punctuation of the sentence, and a bracket opened before the address, outside."""
    while target:
        last = target[-1]
        if last in ".,;:!?'*_~|" or (
            last in CLOSERS and target.count(last) > target.count(CLOSERS[last])
        ):
            target = target[:-1]
        else:
            break
    return target
