"""Mail that programs write: said in full at once, without an editor between."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any

from django.db import transaction

from crm.workspaces.models import Membership
from inbox.actions import compose, pictures
from inbox.mime import plain
from inbox.models import Draft, Mailbox, Message, Outgoing, Upload

Recipient = list[str]


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as a program says it; people as [name, address]."""

    mailbox: Mailbox
    to: Sequence[Recipient] = ()
    cc: Sequence[Recipient] = ()
    bcc: Sequence[Recipient] = ()
    subject: str = ""
    text: str = ""
    html: str = ""
    answers: Message | None = None
    uploads: Sequence[Upload] = ()
    is_signed: bool = False
    # The mail answered, or passed on, is put below when it leaves
    is_quoting: bool = False
    # Days to wait for an answer before the writer is reminded; 0 for no reminder
    remind_days: int = 0
    tracks_opens: bool = False
    tracks_clicks: bool = False
    # Records to link the thread to once it is sent; None leaves a draft's own as they are
    about: Sequence[Any] | None = None


def write(*, letter: Letter, by: Membership, at: datetime) -> Draft:
    """A new draft that says exactly this; raises PermissionDenied as `compose.begin` does."""
    kind = Draft.Kind.REPLY if letter.answers is not None else Draft.Kind.NEW
    with transaction.atomic():
        draft = compose.begin(
            mailbox=letter.mailbox, by=by, at=at, kind=kind, answers=letter.answers
        )
        return compose.save(draft=draft, version=0, content=_content(letter), by=by, at=at)


def rewrite(*, draft: Draft, version: int, letter: Letter, by: Membership, at: datetime) -> Draft:
    """Let a draft say this instead; raises compose.DraftChanged."""
    return compose.save(draft=draft, version=version, content=_content(letter), by=by, at=at)


def send(
    *,
    letter: Letter,
    by: Membership,
    at: datetime,
    send_after: datetime | None = None,
    unless_answered: bool = False,
) -> Outgoing:
    """Write a letter and hand it to the outbox; raises envelope.NotReady."""
    with transaction.atomic():
        draft = write(letter=letter, by=by, at=at)
        return compose.queue_message(
            draft=draft, by=by, at=at, send_after=send_after, unless_answered=unless_answered
        )


def html_of(text: str) -> str:
    """Plain words as paragraphs, so that the same draft can be gone on with in the editor."""
    blocks = escape(text, quote=False).replace("\r\n", "\n").split("\n\n")
    return "".join(f"<p>{block.replace(chr(10), '<br>')}</p>" for block in blocks if block.strip())


def _content(letter: Letter) -> compose.Content:
    html, text = letter.html or html_of(letter.text), letter.text
    signature = pictures.signature(letter.mailbox) if letter.is_signed else ""
    if signature:
        html += signature
        text = f"{text.rstrip()}\n\n{plain.from_html(signature)}\n" if text else ""
    return compose.Content(
        mailbox=letter.mailbox,
        to=letter.to,
        cc=letter.cc,
        bcc=letter.bcc,
        subject=letter.subject,
        html=html,
        text=text,
        uploads=[upload.uid for upload in letter.uploads],
        is_quoting=letter.is_quoting,
        remind_days=letter.remind_days,
        tracks_opens=letter.tracks_opens,
        tracks_clicks=letter.tracks_clicks,
        about=None if letter.about is None else [(each.kind(), each.pk) for each in letter.about],
    )
