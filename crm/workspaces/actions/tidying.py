"""What is over and done with in the directory and beside it."""

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef

from crm.workspaces.models import IdempotencyKey, UserSession

KEYS = timedelta(days=7)
# A browser is noted before its session is written
NOTED = timedelta(hours=1)


def drop_sessions(*, at: datetime, most: int) -> int:
    """Delete sessions that are over, of whichever user, and what was noted of their browsers.

    Returns how many sessions are gone.
    """
    over = Session.objects.using("system").filter(expire_date__lt=at).order_by("expire_date")
    names = list(over.values_list("pk", flat=True)[:most])
    Session.objects.using("system").filter(pk__in=names, expire_date__lt=at).delete()
    standing = Session.objects.using("system").filter(pk=OuterRef("row"))
    noted = UserSession.objects.using("system").filter(~Exists(standing), seen_at__lt=at - NOTED)
    noted.delete()
    return len(names)


def drop_keys(*, at: datetime, most: int) -> int:
    """Delete Idempotency-Keys of the opened workspace that are not honoured any more."""
    old = IdempotencyKey.objects.filter(created_at__lt=at - KEYS).order_by("pk")
    ids = list(old.values_list("pk", flat=True)[:most])
    IdempotencyKey.objects.filter(pk__in=ids).delete()
    return len(ids)
