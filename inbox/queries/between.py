"""What stands between the mails of a conversation: comments, and who took or finished it when."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from crm.workspaces.models import Membership
from inbox.models import Comment
from inbox.queries import access, reading, steps

MOST = 200


@dataclass(frozen=True, slots=True)
class Line:
    """A comment, or with `text` alone a step of the work, at its time."""

    at: datetime
    text: str = ""
    comment: Comment | None = None
    is_own: bool = False


def comments(member: Membership) -> QuerySet[Comment]:
    """The comments that the member may read, removed ones left out."""
    return _readable(member).filter(removed_at=None)


def removed(member: Membership) -> QuerySet[Comment]:
    """The member's own that were removed, on conversations that may be read still."""
    return _readable(member).filter(by=member).exclude(removed_at=None)


def _readable(member: Membership) -> QuerySet[Comment]:
    readable = access.entries(member).filter(thread=OuterRef("thread"), mailbox=OuterRef("mailbox"))
    found: QuerySet[Comment] = Comment.objects.filter(Exists(readable))
    return found


def lines(member: Membership, found: reading.Found) -> list[Line]:
    """What stands between its mails, oldest first; nothing is asked where there is nothing.

    One query for comments, and two for the steps in a mailbox of a team.
    """
    told = [*_comments(member, found), *(Line(at, text) for at, text in steps.steps(found))]
    return sorted(told, key=lambda line: line.at)


def _comments(member: Membership, found: reading.Found) -> list[Line]:
    if not found.has_comments:
        return []
    rows = Comment.objects.filter(
        thread=found.thread, mailbox__in=found.seen.mailbox_ids, removed_at=None
    ).select_related("by")
    newest = rows.order_by("-created_at", "-pk")[:MOST]
    return [Line(row.created_at, comment=row, is_own=row.by_id == member.pk) for row in newest]
