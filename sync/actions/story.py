"""Turns in a mailbox's life are written down once, so that its page can tell them."""

from datetime import datetime, timedelta
from typing import Any

from crm.timeline import actions as timeline
from crm.timeline.models import Event
from inbox.models import Mailbox

State = Mailbox.State
# The same turn again within the hour is the same trouble, not news
QUIET = timedelta(hours=1)


def moved(box: Mailbox, *, to: str, at: datetime) -> None:
    """A run got through and found the mailbox in another state; a transaction is open."""
    if box.state == State.DEGRADED and to != State.DEGRADED:
        _once(box, "mailbox.recovered", at=at)
    if to == State.ACTIVE and not _last(box, "mailbox.imported").exists():
        timeline.record("mailbox.imported", by=None, about=[box], at=at)


def failed(box: Mailbox, *, code: str, at: datetime) -> None:
    """The mailbox could not be read, and that is worth telling; a transaction is open."""
    _once(box, "mailbox.failed", at=at, code=code)


def _once(box: Mailbox, verb: str, *, at: datetime, **data: Any) -> None:
    if not _last(box, verb).filter(data=data, at__gt=at - QUIET).exists():
        timeline.record(verb, by=None, about=[box], at=at, data=data)


def _last(box: Mailbox, verb: str) -> Any:
    return Event.objects.filter(verb=verb, about__kind="mailbox", about__object_id=box.pk)
