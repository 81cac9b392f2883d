"""Mail for tests, written as bytes and received without a server."""

from datetime import UTC, datetime, timedelta

from crm.workspaces.models import Membership
from inbox.actions import blobs, receive
from inbox.actions.receive import Arrival
from inbox.mime import parse
from inbox.models import Folder, LedgerEntry, Mailbox, Message, Visibility

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def mailbox(owner: Membership | None, address: str, **fields: object) -> Mailbox:
    """A connected mailbox with an inbox and a folder for sent mail."""
    box = Mailbox.objects.create(owner=owner, address=address, state="active", **fields)
    for name, role in (("INBOX", "inbox"), ("Sent", "sent"), ("Trash", "trash")):
        Folder.objects.create(mailbox=box, name=name, display=name, role=role, generation=1)
    return box


def mail(
    sender: str, to: str, subject: str, text: str = "Hello.", *, id: str = "", **headers: str
) -> bytes:
    """An ordinary mail; header names are given with underscores."""
    lines = [f"From: {sender}", f"To: {to}", f"Subject: {subject}"]
    if id:
        lines.append(f"Message-ID: <{id}>")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join([*lines, "", text, ""])).encode()


def deliver(
    box: Mailbox, *mails: bytes, role: str = "inbox", origin: str = "live", days: float = 0
) -> list[Message]:
    """The mails arrive in this mailbox, an hour apart; those left at the door are not returned."""
    folder = Folder.objects.get(mailbox=box, role=role)
    number = LedgerEntry.objects.filter(folder=folder).count()
    arrivals = []
    for position, (raw, blob) in enumerate(
        zip(mails, blobs.keep(raws=mails, at=START), strict=True), start=1
    ):
        entry = LedgerEntry.objects.create(
            mailbox=box, folder=folder, generation=1, number=number + position, blob_id=blob
        )
        arrivals.append(
            Arrival(
                entry_id=entry.pk,
                blob_id=blob,
                raw_size=len(raw),
                parsed=parse.parse(raw),
                role=role,
                received_at=START + timedelta(days=days, hours=number + position),
                is_read=False,
                origin=origin,
            )
        )
    decided = receive.store(mailbox=box, arrivals=arrivals, at=START)
    found = Message.objects.in_bulk([item.message_id for item in decided])
    return [found[item.message_id] for item in decided if item.message_id]


PRIVATE, SHARED = Visibility.PRIVATE, Visibility.SHARED
