"""How far behind a mailbox is, and what happens next, in plain words."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from inbox.models import Mailbox
from sync.models import Schedule

State = Mailbox.State


@dataclass(frozen=True, slots=True)
class Lag:
    """A sentence on the state, when it was last looked at, and when it is tried again.

    `looked_at` is the last look without an error; `retry_at` lies ahead or is None.
    """

    sentence: str
    looked_at: datetime | None
    retry_at: datetime | None
    failures: int


def lag(mailbox: Mailbox, *, at: datetime) -> Lag:
    """How a mailbox's reading lane stands; one query."""
    row = Schedule.objects.filter(mailbox=mailbox, lane=Schedule.Lane.IN).first()
    if row is None:
        return Lag("", mailbox.last_ok_at, None, 0)
    ahead = row.retry_at if row.retry_at and row.retry_at > at else None
    looked_at = max((t for t in (row.last_ok_at, mailbox.last_ok_at) if t), default=None)
    return Lag(_sentence(mailbox, row, at), looked_at, ahead, row.fail_count)


def _sentence(mailbox: Mailbox, row: Schedule, at: datetime) -> str:
    """What the state means for whoever waits for mail."""
    match mailbox.state:
        case State.PAUSED:
            return _("Paused. Nothing is read or sent until somebody lets it go on.")
        case State.NEEDS_REAUTH:
            return _("Stopped until somebody signs in again. Nothing is lost.")
        case State.DEGRADED:
            return _("Not in step. What is stored stays, and we go on trying by ourselves.")
        case State.CONNECTING:
            return _("Connecting. The newest mail comes first.")
    if row.heard_until and row.heard_until > at:
        return _("The server tells us of new mail at once.")
    return _("New mail is looked for every minute.")
