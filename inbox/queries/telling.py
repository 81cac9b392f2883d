"""Messages with all that is told of them to programs."""

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from crm.workspaces.models import Membership
from inbox.models import (
    Attachment,
    LedgerEntry,
    Message,
    MessageBody,
    Outgoing,
    Participant,
    ThreadUnread,
)
from inbox.queries import access

OUT = Message.Direction.OUT


def messages(member: Membership) -> QuerySet[Message]:
    """What the member may read, with people, files, locations and own words: five queries more.

    `is_read_here` is whether the member has read it: in a team's mailbox each on his own.
    `author_uid` is the member who wrote it, where it left from here.
    """
    sent = Outgoing.objects.filter(thread=OuterRef("thread"), message=OuterRef("pk"))
    return (
        access.messages(member)
        .annotate(
            is_read_here=Q(is_read=True) & (Q(direction=OUT) | ~Q(Exists(_left(member)))),
            author_uid=Subquery(sent.values("author__uid")[:1]),
        )
        .select_related("mailbox", "thread")
        .defer("subject_key", "defects")
        .prefetch_related(
            Prefetch("participants", Participant.objects.order_by("position")),
            Prefetch("attachments", Attachment.objects.order_by("pk")),
            Prefetch("bodies", MessageBody.objects.only("workspace", "own_text")),
            Prefetch(
                "locations",
                LedgerEntry.objects.filter(missing_since=None)
                .select_related("folder")
                .order_by("pk"),
            ),
        )
    )


def _left(member: Membership) -> QuerySet[ThreadUnread]:
    """For messages: the member has this one left, though it counts as read in its mailbox.

    What he has not read are the newest of what came in and counts as read.
    """
    outer = OuterRef(OuterRef("thread")), OuterRef(OuterRef("mailbox"))
    came = Message.objects.filter(
        thread=outer[0], mailbox=outer[1], direction=Message.Direction.IN,
        is_read=True, deleted_at=None,
    )  # fmt: skip
    at, pk = OuterRef(OuterRef("received_at")), OuterRef(OuterRef("pk"))
    newer = came.filter(Q(received_at__gt=at) | Q(received_at=at, pk__gt=pk))
    count = newer.order_by().values("thread").annotate(n=Count("pk")).values("n")
    rows: QuerySet[ThreadUnread] = ThreadUnread.objects.annotate(
        newer=Coalesce(Subquery(count), 0)
    ).filter(
        member=member,
        thread=OuterRef("thread"),
        mailbox=OuterRef("mailbox"),
        count__gt=F("newer"),
    )
    return rows


def attachments(member: Membership) -> QuerySet[Attachment]:
    """The files of every message the member may read."""
    found: QuerySet[Attachment] = Attachment.objects.filter(
        message__in=access.messages(member)
    ).select_related("message")
    return found
