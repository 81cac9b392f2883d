"""That a mailbox was changed, told in its history."""

from datetime import datetime

from crm.timeline import actions as timeline
from crm.workspaces.models import Membership
from inbox.models import Mailbox


def tell_changed(mailbox: Mailbox, what: list[str], *, by: Membership, at: datetime) -> None:
    """What of a mailbox was changed; a row of its history."""
    timeline.record("mailbox.changed", by=by, about=[mailbox], at=at, data={"changed": what})
