"""What mails told while the database was away is written down once it is back."""

import redis

from crm.workspaces import doorbell
from tracking.actions import away

QUEUE = "mail.maint"
# So many are written before others have their turn
AT_ONCE = 2_000


@doorbell.task("tracking.write_down")
def write_down() -> None:
    """Write down what was asked for, as far as the database answers, and stand in line for more."""
    if away.written(most=AT_ONCE) == AT_ONCE:
        doorbell.try_ring(write_down, QUEUE)


def ring_all() -> None:
    """Ring where something is kept; raises one of doorbell.AWAY."""
    try:
        found = away.waiting()
    except redis.RedisError:
        return
    if found:
        doorbell.ring(write_down, QUEUE)
