"""Messages with all that is told of them to programs."""

from django.db.models import Prefetch, QuerySet

from crm.workspaces.models import Membership
from inbox.models import Attachment, LedgerEntry, Message, MessageBody, Participant
from inbox.queries import access


def messages(member: Membership) -> QuerySet[Message]:
    """What the member may read, with people, files, locations and own words: five queries more."""
    return (
        access.messages(member)
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


def attachments(member: Membership) -> QuerySet[Attachment]:
    """The files of every message the member may read."""
    found: QuerySet[Attachment] = Attachment.objects.filter(
        message__in=access.messages(member)
    ).select_related("message")
    return found
