"""The mail that leaves, with a pixel and with links that lead by way of us; knows no Django.

Only what the writer wrote is changed: the mail quoted below, the text beside the HTML, the files
and every header stay as they are. Done again with the same addresses the bytes are the same.
"""

import html as entities
import re
from collections.abc import Mapping
from email.message import EmailMessage
from urllib.parse import urlsplit

from inbox.mime import build, tree

# As `build` writes it
QUOTE = '<div class="fio_quote">'
LINK = re.compile(r'(<a(?: [a-z-]+="[^"]*")*? href=")([^"]*)(?=")')
TARGET = re.compile(r"https?://[^\s\x00-\x1f\x7f]+", re.I)
LONGEST, MOST = 2_000, 200


def said(raw: bytes) -> str:
    """The HTML of a mail that `build` made; "" where it has none."""
    part = _part(raw)
    return _html(part) if part is not None else ""


def targets(html: str) -> list[str]:
    """Where the writer's links lead, each once, in their order; those of the quoted mail not."""
    own = html.partition(QUOTE)[0]
    found = (entities.unescape(match[2]).strip() for match in LINK.finditer(own))
    return list(dict.fromkeys(each for each in found if _is_target(each)))[:MOST]


def marked(raw: bytes, *, pixel: str = "", links: Mapping[str, str]) -> bytes:
    """The mail with these addresses in place of its links' targets, and the pixel's below."""
    part = _part(raw)
    if part is None:
        return raw
    own, mark, quoted = _html(part).partition(QUOTE)

    def lead(match: re.Match[str]) -> str:
        other = links.get(entities.unescape(match[2]).strip())
        return match[1] + (entities.escape(other) if other else match[2])

    image = f'<img src="{entities.escape(pixel)}" width="1" height="1" alt="">' if pixel else ""
    html = f"{LINK.sub(lead, own).rstrip(chr(10))}{image}{mark}{quoted}"
    return raw[: _head(part)] + _written(html) + raw[part.end :]


def _part(raw: bytes) -> tree.Node | None:
    """The part of the HTML; a mail of ours has its text beside it."""
    leaves = list(tree.read(raw).leaves())
    if len(leaves) < 2:
        return None
    shown = (each for each in leaves if each.disposition != "attachment")
    return next((each for each in shown if each.content_type == "text/html"), None)


def _html(part: tree.Node) -> str:
    return part.content()[0].decode().replace("\r\n", "\n")


def _head(part: tree.Node) -> int:
    """Where the headers of a part begin: after the line of its boundary."""
    line = part.raw.rfind(b"\n--", 0, part.start)
    return part.raw.index(b"\n", line + 1) + 1


def _written(html: str) -> bytes:
    """The part as `build` writes one."""
    part = EmailMessage(policy=build.POLICY)
    html = html if html.endswith("\n") else html + "\n"
    part.set_content(html, subtype="html", cte=build.encoding(html))
    return part.as_bytes(policy=build.POLICY)


def _is_target(address: str) -> bool:
    if len(address) > LONGEST or not TARGET.fullmatch(address):
        return False
    try:
        return bool(urlsplit(address).hostname)
    except ValueError:
        return False
