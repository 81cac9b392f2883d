"""What people do with mail: links, comments, drafts, what leaves."""

from datetime import timedelta
from itertools import count
from typing import Any

from django.contrib.postgres.search import SearchVector
from django.db.models import Value

from crm.workspaces.models import Membership
from inbox.models import (
    Block,
    Comment,
    Draft,
    Mailbox,
    MailLabel,
    Message,
    Outgoing,
    Suppression,
    Thread,
    ThreadLink,
    Upload,
)
from inbox.models import Template as MailTemplate
from tests.make.mail import CUSTOMER, blob, new_rfc_id, raw
from tests.world import NOW

_number = count(1)


def linked(within: Thread, record: Any, **fields: Any) -> ThreadLink:
    """The thread belongs to the record, by hand."""
    usual = {"source": "manual", "created_at": NOW}
    link: ThreadLink = ThreadLink.objects.create(
        thread=within, kind=record.kind(), object_id=record.pk, **(usual | fields)
    )
    return link


def upload(member: Membership, name: str = "prices.pdf", data: bytes = b"%PDF-1.4\n") -> Upload:
    made: Upload = Upload.objects.create(
        member=member,
        blob=blob(data),
        filename=name,
        content_type="application/pdf",
        size=len(data),
        created_at=NOW,
    )
    return made


def comment(about: Message, by: Membership, text: str) -> Comment:
    made: Comment = Comment.objects.create(
        thread=about.thread,
        mailbox=about.mailbox,
        by=by,
        html=f"<p>{text}</p>",
        text=text,
        created_at=NOW,
    )
    words = SearchVector(Value(text), config="fio")
    Comment.objects.filter(pk=made.pk).update(search=words)
    return made


def draft(box: Mailbox, author: Membership, **fields: Any) -> Draft:
    usual = {
        "to": [["Dana Whitfield", "dana@northwind.test"]],
        "subject": "Our offer",
        "html": "<p>Here is our offer.</p>",
        "updated_at": NOW,
    }
    made: Draft = Draft.objects.create(
        mailbox=box, author=author, created_at=NOW, **(usual | fields)
    )
    return made


def mail_label(name: str = "Waiting for stock", **fields: Any) -> MailLabel:
    row: MailLabel = MailLabel.objects.create(name=name[:40], **fields)
    return row


def block(member: Membership, name: str = "spam") -> Block:
    """A sender whose mail the member does not want to see."""
    pattern = f"{name}@spam.test"
    made: Block = Block.objects.create(pattern=pattern, member=member, by=member, created_at=NOW)
    return made


def suppression(name: str = "gone", **fields: Any) -> Suppression:
    """An address that nobody should write to."""
    pattern = f"{name}@gone.test"
    usual = {"is_heard": "mailbox" in fields, "created_at": NOW}
    made: Suppression = Suppression.objects.create(pattern=pattern, **usual | fields)
    return made


def mail_template(owner: Membership, **fields: Any) -> MailTemplate:
    usual = {"name": "First answer", "subject": "Hello", "html": "<p>Hello.</p>"}
    made: MailTemplate = MailTemplate.objects.create(owner=owner, **(usual | fields))
    return made


def outgoing(box: Mailbox, author: Membership, **fields: Any) -> Outgoing:
    """A mail in the outbox, still waiting unless told otherwise."""
    subject = fields.pop("subject", "Our offer")
    rfc_id = fields.pop("rfc_id", None) or new_rfc_id(box.address)
    data = raw(subject=subject, sender=box.address, to=[CUSTOMER], rfc_id=rfc_id)
    usual = {"recipients": ["dana@northwind.test"], "send_after": NOW + timedelta(minutes=1)}
    made: Outgoing = Outgoing.objects.create(
        mailbox=box,
        author=author,
        rfc_id=rfc_id,
        blob=blob(data),
        subject=subject,
        created_at=NOW,
        **(usual | fields),
    )
    return made
