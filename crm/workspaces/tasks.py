"""What takes longer than somebody waits for: exports, and the end of workspaces.

That it is to be done stands in the database; a task that is lost, late or rung twice does
no harm.
"""

import logging

import redis
from django.conf import settings
from django.utils import timezone

from crm.workspaces import actions, doorbell, parts

log = logging.getLogger(__name__)
QUEUE = "mail.maint"


@doorbell.task("workspaces.export", **doorbell.UNLIMITED)
def export(*, workspace_id: int, export_id: int) -> None:
    """Make one export."""
    actions.make_export(workspace_id=workspace_id, export_id=export_id)


@doorbell.task("workspaces.erase", **doorbell.UNLIMITED)
def erase(*, workspace_id: int) -> None:
    """Take one workspace away whose time is over, in the database and in Valkey."""
    gone = actions.erase(workspace_id=workspace_id, at=timezone.now())
    if gone is not None:
        log.info("workspace %s is gone", gone.slug)
        forget(workspace_id)


def forget(workspace_id: int) -> None:
    """Delete every key in Valkey that names the workspace."""
    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=5) as client:
        for pattern in (each for part in parts.joined for each in part.keys):
            keys = list(client.scan_iter(match=pattern.format(id=workspace_id), count=1000))
            if keys:
                client.delete(*keys)


def ring_export(*, workspace_id: int, export_id: int) -> None:
    """Have an export made soon; where the broker is away the scheduler rings later."""
    doorbell.try_ring(export, QUEUE, workspace_id=workspace_id, export_id=export_id)


def ring_all() -> None:
    """Ring for every export and every end that is due."""
    for workspace_id, export_id in actions.due_exports():
        ring_export(workspace_id=workspace_id, export_id=export_id)
    for workspace_id in actions.due_erasures(at=timezone.now()):
        doorbell.ring(erase, QUEUE, workspace_id=workspace_id)
