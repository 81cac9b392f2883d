"""Mail on its way, as the outbox and the conversation show it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from crm.workspaces.middleware import MemberRequest
from inbox.models import Mailbox, Outgoing

# A mail that waits longer was planned
UNDO = timedelta(seconds=60)
# By the beginning of the error's code
REMEDIES = {
    "auth": _("Sign in again in the mailbox's settings. It waits here until then."),
    "tls": _("Look at the mailbox's settings for sending: the server's encryption has changed."),
    "message": _("It is larger than the server takes. Send the file by a link, or split the mail."),
    "server.quota": _("The mailbox is full. Delete mail on the server, then send it again."),
    "send.sender": _("Send it from the mailbox's own address, or ask the provider to allow this."),
    "send.recipient": _("Go back to the draft and look at the addresses."),
    "send.address": _("Go back to the draft and use another address of this person."),
    "send.content": _(
        "Providers refuse what looks like spam and some files. Change it, then send."
    ),
    "send.later": _("We try again by ourselves."),
    "server": _("We try again by ourselves. Nothing is lost."),
    "connect": _("We try again by ourselves. Nothing is lost."),
    "": _("Nothing is lost: send it again, or go back to the draft."),
}


@dataclass(slots=True)
class ShownOutgoing:
    """What inbox/outgoing.html takes."""

    uid: UUID
    state: str
    get_state_display: str
    subject: str
    snippet: str
    recipients: list[list[str]]
    mailbox: Mailbox
    send_after: datetime
    created_at: datetime
    sent_at: datetime | None
    attempts: int
    why: str
    error_text: str
    remedy: str
    thread_url: str
    # The colleague who wrote it
    whose: str


def shown(request: MemberRequest, row: Outgoing, mailboxes: Mapping[int, Mailbox]) -> ShownOutgoing:
    """A row with its addresses in words; give it `thread`, `author` and `draft` preloaded."""
    thread = row.thread
    url = reverse("inbox:thread", args=[request.workspace.slug, thread.uid]) if thread else ""
    return ShownOutgoing(
        uid=row.uid,
        state=row.state,
        get_state_display=row.get_state_display(),
        subject=row.subject,
        snippet=row.snippet,
        recipients=_named(row),
        mailbox=mailboxes[row.mailbox_id],
        send_after=row.send_after,
        created_at=row.created_at,
        sent_at=row.sent_at,
        attempts=row.attempts,
        why=why(row, mailboxes[row.mailbox_id]),
        error_text=row.error_text,
        remedy=remedy(row.error_code),
        thread_url=url,
        whose=_colleague(row, request.member.pk),
    )


def _named(row: Outgoing) -> list[list[str]]:
    """Each recipient as [name, address], with the names its draft has."""
    draft = row.draft
    people = [*draft.to, *draft.cc, *draft.bcc] if draft is not None else []
    names = {str(address).lower(): str(name) for name, address in people}
    return [[names.get(address.lower(), ""), address] for address in row.recipients]


def _colleague(row: Outgoing, me: int) -> str:
    author = row.author if row.author_id != me else None
    return author.name if author is not None else ""


def why(row: Outgoing, mailbox: Mailbox) -> str:
    """What a mail waits for, in a sentence."""
    if row.state != Outgoing.State.QUEUED:
        return ""
    if row.held_at is not None:
        return gettext(
            "It was held, because your access had ended when its time came."
            " It leaves when you say so."
        )
    if mailbox.state == Mailbox.State.NEEDS_REAUTH:
        return gettext("It waits until somebody signs in to the mailbox again.")
    if mailbox.state == Mailbox.State.PAUSED:
        return gettext("It waits because the mailbox is paused.")
    if row.error_code == "send.look":
        return gettext("It waits until the mailbox was read: an answer may be there.")
    if row.attempts:
        tried = ngettext("Tried %(count)s time.", "Tried %(count)s times.", row.attempts)
        return f"{tried % {'count': row.attempts}} {remedy(row.error_code)}"
    if row.author is not None and not row.author.is_active:
        text = gettext(
            "%(name)s, who wrote it, is no longer here. It is the team’s and leaves at its time."
        )
        return text % {"name": row.author.name}
    if row.unless_answered:
        return gettext(
            "It waits for the time that was chosen, and is a draft again if they answer first."
        )
    if row.send_after - row.created_at > UNDO:
        return gettext("It waits for the time that was chosen.")
    return gettext("It waits a moment, so that it can be stopped.")


def remedy(code: str) -> str:
    """What to do about an error, by the longest beginning of its code that is known."""
    known = max((begin for begin in REMEDIES if code.startswith(begin)), key=len)
    return str(REMEDIES[known])
