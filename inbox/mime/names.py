"""Names of attached files as they can be shown: what the sender wrote may be meant to deceive."""

import re

# Characters that turn the direction of text: "invoice\u202efdp.exe" would read as a PDF.
UNSEEN = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\u200b\ufeff]")
# What a part is called that is marked as a file and has no name; others are part of the text.
NAMES = {
    "message/rfc822": "message.eml",
    "text/calendar": "invitation.ics",
    "text/plain": "attachment.txt",
    "text/html": "attachment.html",
    "text/rfc822-headers": "headers.txt",
    "application/pdf": "attachment.pdf",
    "image/jpeg": "image.jpg",
    "image/png": "image.png",
    "image/gif": "image.gif",
}


def shown(name: str) -> str:
    """Return a name without folders and without characters that turn its direction."""
    name = UNSEEN.sub("", name).strip()
    if "/" in name or "\\" in name:
        name = next((each for each in reversed(re.split(r"[/\\]", name)) if each.strip()), "")
    return name


def made(content_type: str) -> str:
    """Return a name for a file that came without one."""
    return NAMES.get(content_type, "attachment")
