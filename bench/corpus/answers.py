"""What the reference answers say of each mail, what we say, and why the two differ."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bench import ground
from inbox.mime import parse, tree
from inbox.models import Attachment, LedgerEntry, Message

FIELDS = ("subject", "from", "date", "message_id", "has_html", "attachments")
LOST = "\ufffd"


@dataclass(frozen=True)
class Answer:
    """One field of one mail; `why` is "" where they are equal or nobody knows."""

    uid: int
    field: str
    ours: Any
    theirs: Any
    why: str
    # Whether the reference holds U+FFFD or NUL: it gave up on characters there
    is_lost: bool = False

    @property
    def is_equal(self) -> bool:
        """Whether we say exactly what the reference says."""
        return bool(self.ours == self.theirs)


def answers(
    office: ground.Office, name: str, truths: dict[tuple[str, int], Any], raws: dict[int, bytes]
) -> Iterator[Answer]:
    """Every field the reference answers, mail by mail."""
    with office.world.opened():
        entries = LedgerEntry.objects.filter(folder__role="inbox").select_related("message")
        by_uid = {entry.number: entry.message for entry in entries if entry.message}
        files: dict[int, list[Attachment]] = defaultdict(list)
        for file in Attachment.objects.all():
            files[file.message_id].append(file)
    for uid, message in sorted(by_uid.items()):
        truth = truths.get((name, uid), {})
        ours = _ours(message, files[message.pk], raws[uid])
        for field in FIELDS:
            if field in truth:
                theirs = _theirs(field, truth[field])
                equal = ours[field] == theirs
                why = "" if equal else _why(field, ours[field], theirs, raws[uid])
                lost = LOST in str(truth[field]) or "\0" in str(truth[field])
                yield Answer(uid, field, ours[field], theirs, why, lost)


def _ours(message: Message, files: list[Attachment], raw: bytes) -> dict[str, Any]:
    # The answers are about the listed bytes; a server may have changed line ends
    data = (parse.part_bytes(raw, file.part) for file in files if not file.is_embedded)
    return {
        "subject": " ".join(message.subject.split()),
        "from": message.sender_address,
        "date": f"{message.sent_at:%Y-%m-%dT%H:%M:%SZ}" if message.sent_at else None,
        "message_id": message.rfc_id,
        "has_html": message.has_html,
        "attachments": sorted(hashlib.sha256(each).hexdigest()[:16] for each in data),
    }


def _theirs(field: str, value: Any) -> Any:
    if field == "subject":
        return " ".join((value or "").replace("\0", "").split())
    if field == "from":
        return value or ""
    if field == "message_id":
        return value.strip("<>") if value else value
    if field == "attachments":
        return sorted(item["sha256_16"] for item in value)
    return value


def _why(field: str, ours: Any, theirs: Any, raw: bytes) -> str:
    """The reason for a difference, told by the mail itself; "" for one that cannot be told."""
    root = tree.read(parse.unix(raw))
    kinds = [leaf.content_type for leaf in root.leaves()]
    reasons = [
        (LOST in str(theirs), "the reference lost characters that we can read"),
        (b"\0" in raw and field != "attachments", "the server sends NUL as another byte"),
        (field == "date" and ours is None, "a date nobody can have written on that day"),
        (field == "from" and not theirs, "the reference finds no sender, we do"),
        (
            field == "message_id" and str(theirs).split() == str(ours).split(),
            "white space at the end of an id",
        ),
        (
            field == "has_html" and any(part.is_guessed for part in root.multiparts()),
            "the parts name no boundary: the reference shows their source, we read them",
        ),
        (
            field in ("has_html", "attachments")
            and "message/rfc822" in kinds
            and root.content_type == "multipart/report",
            "the mail that came back is no part of the report's own text and files",
        ),
        (
            field == "attachments" and "message/rfc822" in kinds,
            "a mail inside the mail is one file with us, no file in the reference",
        ),
    ]
    return next((reason for holds, reason in reasons if holds), "")
