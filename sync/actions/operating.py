"""What operators do to a mailbox of any workspace: its members can read that they did.

Each opens the one workspace and works behind its wall, as a member's own act would.
"""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from crm.timeline import actions as timeline
from crm.workspaces import tenancy
from inbox.models import Mailbox
from sync.actions import pausing, waking


def operate(
    verb: str, *, workspace_id: int, mailbox_id: int, operator: str, at: datetime
) -> Mailbox:
    """Pause, let go on, or have read at once; `operator` is the address of whoever does it.

    Raises KeyError for another verb, Mailbox.DoesNotExist for a mailbox that is gone.
    """
    act = ACTS[verb]
    with tenancy.open_workspace(workspace_id), transaction.atomic():
        mailbox: Mailbox = Mailbox.objects.exclude(state=Mailbox.State.DELETED).get(pk=mailbox_id)
        act(by=None, mailbox=mailbox, at=at, operator=operator)
        return mailbox


def _kick(*, by: None, mailbox: Mailbox, at: datetime, operator: str) -> None:
    """Read it now, even where a pause after failures is not over."""
    waking.make_due(mailbox=mailbox, at=at)
    waking.forgive(mailbox=mailbox, at=at)
    timeline.record("mailbox.kicked", by=by, about=[mailbox], at=at, operator=operator)


ACTS: dict[str, Callable[..., None]] = {
    "pause": pausing.pause,
    "resume": pausing.resume,
    "kick": _kick,
}
