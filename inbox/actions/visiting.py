"""Who opened a conversation, for those who want to know who has read it."""

from datetime import datetime

from crm.workspaces.models import Membership
from inbox.models import Thread, ThreadVisit


def visit(*, thread: Thread, by: Membership, at: datetime) -> None:
    """A member has the conversation before him; one statement."""
    ThreadVisit.objects.bulk_create(
        [ThreadVisit(thread=thread, member=by, at=at)],
        update_conflicts=True,
        update_fields=["at"],
        unique_fields=["workspace", "thread", "member"],
    )
