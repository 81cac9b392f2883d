"""A mailbox is looked at now."""

from datetime import datetime

from django.db import connections

from inbox.models import Mailbox
from sync.models import Schedule


def make_due(*, mailbox: Mailbox, at: datetime) -> None:
    """Have a mailbox looked at now; a pause the server asked for is kept."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "UPDATE sync_schedule SET due_at = LEAST(due_at, %s), hot_until = now() + interval"
            " '5 minutes' WHERE workspace_id = %s AND mailbox_id = %s AND lane = 'in'",
            [at, mailbox.workspace_id, mailbox.pk],
        )
    ring()


def look_now(*, mailbox: Mailbox, at: datetime) -> None:
    """Have a mailbox looked at because somebody asked: whatever pause stands is over.

    What it failed with before still counts, so that the next pause is no shorter.
    """
    Schedule.objects.filter(mailbox=mailbox, lane=Schedule.Lane.IN).update(retry_at=None)
    make_due(mailbox=mailbox, at=at)


def forgive(*, mailbox: Mailbox, at: datetime) -> None:
    """Forget a mailbox's failures: both its lanes are due, whatever pause they had earned."""
    Schedule.objects.filter(mailbox=mailbox).update(
        due_at=at, retry_at=None, fail_count=0, fail_code=""
    )
    ring()


def ring() -> None:
    """Wake the scheduler once this transaction commits."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_notify('fio_due', '')")
