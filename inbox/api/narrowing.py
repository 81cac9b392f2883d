"""What threads are narrowed to, in the words of programs."""

from collections.abc import Mapping
from typing import Any

from crm.fields.models import kinds
from crm.ui.rest import fields, shapes
from inbox.api import giving, refs
from inbox.queries import lists, search
from inbox.queries.narrowing import Narrow


class Narrowing(shapes.Shape):
    """Conditions that all hold."""

    mailbox = refs.mailbox(required=False, help_text="Threads of this mailbox only.")
    folder = refs.folder(required=False, help_text="Threads with a message in this folder.")
    role = fields.Choice(
        required=False, choices=list(search.PLACES), help_text="Where a rep finds the thread."
    )
    unread = fields.Flag(required=False, help_text="With something unread, or without.")
    assignee = fields.Ref(giving.colleagues, required=False, help_text="Given to this member.")
    unassigned = fields.Flag(
        required=False, help_text="true: given to nobody, in the mailboxes of one's teams."
    )
    assigned = fields.Flag(required=False, help_text="true: given to somebody.")
    mail_label = refs.label(required=False, help_text="With this label.")
    label = refs.label(  # type: ignore[assignment]  # a field, taken off the class
        required=False, help_text="The same as `mail_label`, and goes before it."
    )
    linked = fields.Flag(required=False, help_text="Linked to a record, or to none.")
    open_deal = fields.Flag(required=False, help_text="Linked to an open deal.")
    from_contact = fields.Flag(required=False, help_text="Linked to a person.")
    has_attachment = fields.Flag(required=False, help_text="With a file, or without.")
    awaiting = fields.Choice(
        required=False,
        choices=["me", "them"],
        help_text="A person wrote last and waits for an answer, or we wrote last.",
    )
    tracked = fields.Flag(
        required=False, help_text="Holding mail that was sent with tracking, or none."
    )
    q = fields.Text(
        required=False,
        allow_blank=True,
        max_length=500,
        help_text="Words, and `from:`, `to:`, `subject:`, `has:attachment`, `before:`, `after:`, "
        "`in:` and `is:unread`.",
    )


def narrowed(asked: Mapping[str, Any]) -> lists.Filter:
    """The list that was asked for; conditions that are not there ask nothing."""
    record = next(((kind, asked[kind].pk) for kind in kinds() if asked.get(kind)), None)
    return lists.Filter(
        place=asked.get("role"),
        mailbox=_pk(asked.get("mailbox")),
        folder=_pk(asked.get("folder")),
        unread=asked.get("unread"),
        assignee=_pk(asked.get("assignee")),
        is_unassigned=asked.get("unassigned", False),
        record=record,
        query=asked.get("q", ""),
        narrow=Narrow(
            label=_pk(asked.get("label") or asked.get("mail_label")),
            linked=asked.get("linked"),
            deal_open=bool(asked.get("open_deal")),
            contact=bool(asked.get("from_contact")),
            attachment=asked.get("has_attachment"),
            awaiting=asked.get("awaiting", ""),
            tracked=asked.get("tracked"),
            assigned=asked.get("assigned", False),
        ),
    )


def _pk(row: Any) -> int | None:
    return row.pk if row is not None else None
