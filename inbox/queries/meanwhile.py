"""Whether somebody else answered a conversation while a draft was being written."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from crm.ui import times
from crm.workspaces.models import Membership
from inbox.models import Draft, Message, Outgoing
from inbox.queries import claimed

ANSWERS = (Draft.Kind.REPLY, Draft.Kind.REPLY_ALL)
LEAVING = ("queued", "sending", "unknown")


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that somebody else gave, with a program of his own perhaps, and when."""

    name: str
    at: datetime
    thread: UUID

    def __str__(self) -> str:
        values = {"name": self.name, "time": times.moment(self.at)}
        return _("%(name)s answered %(time)s, while you were writing.") % values


def answered(draft: Draft, by: Membership, since: datetime | None = None) -> Answer | None:
    """The latest answer from the draft's mailbox since it was begun, or since then; up to
    two queries. The member's own do not count.
    """
    if draft.kind not in ANSWERS or draft.thread is None:
        return None
    after = max(draft.created_at, since) if since else draft.created_at
    here = {"thread": draft.thread_id, "mailbox": draft.mailbox_id}
    mine = Outgoing.objects.filter(mailbox=draft.mailbox_id, author=by).values("rfc_id")
    sent = Message.objects.filter(
        **here, direction=Message.Direction.OUT, deleted_at=None, received_at__gt=after
    )
    sent = sent.exclude(claimed.merely())
    letter = sent.exclude(rfc_id__in=mine).order_by("-received_at").first()
    if letter is not None:
        author = Outgoing.objects.filter(message=letter).values_list("author__name", flat=True)
        name = author.first() or letter.sender_name or letter.sender_address
        return Answer(name, letter.received_at, draft.thread.uid)
    waiting = Outgoing.objects.filter(**here, state__in=LEAVING, created_at__gt=after)
    row = waiting.exclude(author=by).select_related("author").order_by("-created_at").first()
    if row is None:
        return None
    return Answer(
        row.author.name if row.author else _("Somebody"), row.created_at, draft.thread.uid
    )
