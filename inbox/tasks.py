"""What takes longer than somebody waits for: linking many earlier threads to a record.

Nothing is lost where the broker or a worker is away: what is not linked is offered on the
page of the record.
"""

import logging
from datetime import datetime
from typing import Any

import redis
from celery import shared_task
from django.db import transaction
from kombu.exceptions import OperationalError as BrokerAway

from crm.fields.models import kinds
from crm.workspaces.models import Membership
from crm.workspaces.tenancy import open_workspace, required
from inbox.actions import earlier as actions
from inbox.queries import earlier as queries

log = logging.getLogger(__name__)
QUEUE = "default"
AWAY = (BrokerAway, redis.RedisError, OSError)
# So many threads are linked while somebody waits
AT_ONCE = 500


@shared_task(name="inbox.attach")  # type: ignore[untyped-decorator]  # celery has no types
def attach(*, workspace_id: int, kind: str, pk: int, by: int | None, at: str) -> None:
    """Link the earlier threads of a record, by whoever asked for it; twice is as good as once."""
    with open_workspace(workspace_id), transaction.atomic():
        record = kinds()[kind].objects.filter(pk=pk, trashed_at=None).first()
        here = Membership.objects.using("default").filter(is_active=True)
        member = here.filter(pk=by).first() if by is not None else None
        when = datetime.fromisoformat(at)
        if record is not None and by is None:
            actions.link_earlier(record=record, at=when)
        elif record is not None and member is not None:
            actions.attach_earlier(record=record, by=member, at=when)


def link_earlier(*, record: Any, at: datetime) -> None:
    """Link what the addresses of a person or an organization took part in, many in a worker."""
    if len(queries.earlier(record)) > AT_ONCE and _ring(record, None, at):
        return
    actions.link_earlier(record=record, at=at)


def attach_earlier(*, record: Any, by: Membership, at: datetime) -> int | None:
    """Attach what was offered; returns how many threads, or None where a worker does it."""
    if len(queries.earlier(record, member=by)) > AT_ONCE and _ring(record, by.pk, at):
        return None
    return actions.attach_earlier(record=record, by=by, at=at)


def _ring(record: Any, by: int | None, at: datetime) -> bool:
    """Leave it to a worker after the transaction; False where the broker is away."""
    asked = {"workspace_id": required(), "kind": record.kind(), "pk": record.pk, "by": by}
    try:
        attach.apply_async(
            kwargs=asked | {"at": at.isoformat()}, queue=QUEUE, retry=False, countdown=1
        )
    except AWAY as error:
        log.warning("the broker is away: %s", error)
        return False
    return True
