"""What messages say, who is on them and which files they bring, in one query for all of them."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connections

from crm.workspaces.models import Membership
from inbox.models import Message, packed
from inbox.queries import access, ours
from inbox.queries.sql import HERE

CONTENTS = """
SELECT m.id, b.text, b.html,
  (SELECT json_agg(json_build_array(p.role, p.name, p.address) ORDER BY p.position)
   FROM inbox_participant p WHERE p.workspace_id = {here} AND p.message_id = m.id)::text,
  CASE WHEN m.id = ANY(%(open)s) THEN
    (SELECT json_agg(json_build_array(a.uid, a.filename, a.content_type, a.size, a.cid,
                                      a.is_inline) ORDER BY a.id)
     FROM inbox_attachment a WHERE a.workspace_id = {here} AND a.message_id = m.id)::text END,
  b.html <> '' AND EXISTS (SELECT 1 FROM inbox_trustedsender s WHERE s.workspace_id = {here}
    AND s.member_id = %(member)s AND s.address = m.sender_address),
  CASE WHEN m.direction = 'out' THEN
    (SELECT w.name
     FROM inbox_outgoing o JOIN workspaces_membership w
       ON w.workspace_id = o.workspace_id AND w.id = o.author_id
     WHERE o.workspace_id = {here} AND o.thread_id = m.thread_id AND o.message_id = m.id
     LIMIT 1) END
FROM inbox_message m LEFT JOIN inbox_messagebody b
  ON b.workspace_id = m.workspace_id AND b.message_id = m.id AND m.id = ANY(%(open)s)
WHERE m.workspace_id = {here} AND m.id = ANY(%(ids)s)""".replace("{here}", HERE)


class Party(NamedTuple):
    """An address on a message, and as what it stands there."""

    role: str
    name: str
    address: str


class File(NamedTuple):
    """An attachment."""

    uid: UUID
    filename: str
    content_type: str
    size: int
    cid: str
    is_inline: bool


class Letter(NamedTuple):
    """A letter of one's own that something came back about."""

    uid: UUID
    thread: UUID
    subject: str


@dataclass(slots=True)
class Shown:
    """A message as a page shows it; what it says and its files are there when it is open."""

    message: Message
    is_open: bool = False
    text: str = ""
    html: str = ""
    # Whether the reader always wants to see this sender's pictures
    is_trusted: bool = False
    # Nothing of the conversation comes before it, as far as the reader sees
    is_first: bool = False
    # Who of us wrote it, where it left from here
    writer: str = ""
    # What it told of its reading, where it left with tracking
    tracked: list[ours.Told] = field(default_factory=list)
    # The letter that a report or an automatic answer is about, if it can be read
    letter: Letter | None = None
    people: list[Party] = field(default_factory=list)
    files: list[File] = field(default_factory=list)


def fill(items: Iterable[Shown], *, member: Membership, whose: Collection[int] = ()) -> None:
    """Give open messages what they say, and them and those of `whose` their people."""
    shown = {item.message.pk: item for item in items}
    opened = [pk for pk, item in shown.items() if item.is_open]
    ids = list({*opened, *whose} & shown.keys())
    if not ids:
        return
    with connections["default"].cursor() as cursor:
        cursor.execute(CONTENTS, {"ids": ids, "open": opened, "member": member.pk})
        for pk, text, html, people, files, is_trusted, writer in cursor.fetchall():
            item = shown[pk]
            item.text, item.html = packed.unpack(text or b""), packed.unpack(html or b"")
            item.is_trusted = bool(is_trusted)
            item.writer = writer or ""
            item.people = [Party(*each) for each in _list(people)]
            item.files = [File(UUID(each[0]), *each[1:]) for each in _list(files)]
    told = ours.told([pk for pk in opened if shown[pk].message.is_tracked])
    for pk, lines in told.items():
        shown[pk].tracked = lines
    _name_letters([item for item in shown.values() if item.is_open], member)


def _name_letters(items: Sequence[Shown], member: Membership) -> None:
    """Find the letters that reports are about, each in the mailbox that the report came to."""
    about = {
        (item.message.mailbox_id, ident): item
        for item in items
        if (ident := (item.message.bounce or {}).get("original_message_id"))
    }
    if not about:
        return
    rows = access.messages(member).filter(rfc_id__in={ident for _box, ident in about})
    columns = ("mailbox_id", "rfc_id", "uid", "thread__uid", "subject")
    for mailbox, ident, uid, thread, subject in rows.values_list(*columns):
        if item := about.get((mailbox, ident)):
            item.letter = Letter(uid, thread, subject)


def _list(text: str | None) -> list[Any]:
    found: list[Any] = json.loads(text) if text else []
    return found
