"""Quiet hours: when a user is told nothing aloud. What came meanwhile stands at the bell."""

from datetime import datetime
from zoneinfo import ZoneInfo

from crm.workspaces.models import User


def holds(user: User, at: datetime) -> bool:
    """Whether the user is to be left in peace at this moment.

    On whole days, and between two times of every day, which may lie on two sides of midnight;
    both as clocks show them where the user lives.
    """
    local = at.astimezone(ZoneInfo(user.time_zone))
    if local.isoweekday() in (user.quiet_days or ()):
        return True
    begins, ends = user.quiet_from, user.quiet_until
    if begins is None or ends is None:
        return False
    now = local.time()
    return begins <= now < ends if begins <= ends else now >= begins or now < ends
