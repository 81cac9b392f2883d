"""Days and weeks where the reader is, and what falls on them."""

from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone

from crm.ui import times

DAY = timedelta(days=1)


def on_days(first: date, last: date) -> Q:
    """What falls on one of these days, both included."""
    zone = timezone.get_current_timezone()
    start = datetime.combine(first, time.min, zone)
    end = datetime.combine(last + DAY, time.min, zone)
    timed = Q(due_at__gte=start, due_at__lt=end)
    # The index is on `falls_at`, which is a day off at most
    near = Q(falls_at__gte=start - DAY, falls_at__lt=end + DAY)
    return near & (timed | Q(due_at=None, due_on__gte=first, due_on__lte=last))


def before(at: datetime) -> Q:
    """What was due by then and not later."""
    today = timezone.localdate(at)
    midnight = datetime.combine(today, time.min, UTC)
    past = Q(due_at__lt=at) | Q(due_at=None, due_on__lt=today)
    return Q(falls_at__lt=max(at, midnight) + DAY) & past


def week_of(day: date) -> tuple[date, date]:
    """The first and last day of the week as the reader's language counts it."""
    first = day - timedelta(days=(day.weekday() - times.locale().first_week_day) % 7)
    return first, first + timedelta(days=6)


def month_of(day: date) -> tuple[date, date]:
    """The days that a sheet of the month shows: whole weeks."""
    start = day.replace(day=1)
    end = (start + timedelta(days=31)).replace(day=1) - DAY
    return week_of(start)[0], week_of(end)[1]
