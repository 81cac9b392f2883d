"""Pictures within what is written, and the signature below it."""

import re
import uuid
from collections.abc import Iterable

from inbox.models import Mailbox, Upload
from inbox.queries import templates

# The address of an upload that stands in the text; it is the Content-ID of the mail that leaves
MARK = "@inline"
SHOWN = re.compile(r' src="cid:([0-9a-f-]{36})@inline"')
SIGNATURE = re.compile(r'<div class="fio_signature">')
EDGE = re.compile(r"<(/?)div\b[^>]*>")


def shown(html: str) -> list[uuid.UUID]:
    """Public ids of the uploads that are pictures of this text, each once, in order."""
    found: dict[uuid.UUID, None] = {}
    for match in SHOWN.finditer(html):
        try:
            found[uuid.UUID(match[1])] = None
        except ValueError:
            continue
    return list(found)


def beside(html: str, files: Iterable[Upload]) -> list[Upload]:
    """Which of these files go with a text without being pictures of it."""
    within = set(shown(html))
    return [file for file in files if file.uid not in within]


def signature(mailbox: Mailbox) -> str:
    """The signature of a mailbox as it stands below a mail, or ""."""
    row = templates.signatures([mailbox]).get(mailbox.pk)
    return signed(row.html) if row else ""


def signed(html: str) -> str:
    return f'<div class="fio_signature">{html}</div>'


def unsigned(html: str) -> str:
    """What was written without the signature, wherever it stands."""
    begin = SIGNATURE.search(html)
    if begin is None:
        return html
    depth = 0
    for edge in EDGE.finditer(html, begin.start()):
        depth += -1 if edge[1] else 1
        if depth == 0:
            return html[: begin.start()] + html[edge.end() :]
    return html[: begin.start()]
