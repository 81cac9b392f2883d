"""When a mail may leave or come back: the times people mean, in their own zone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from django.utils.translation import gettext as _

from crm.workspaces.models import Membership
from inbox.mime import parse
from inbox.models import Message
from inbox.queries import access, blobs

MORNING, AFTERNOON = time(8), time(14)
NOON, EVENING, WEEKEND = time(13), time(19), time(10)
MONDAY, SATURDAY = 0, 5
SOON = timedelta(hours=3)
# Later than that nobody means today
LATE = time(20)
# So many days a reminder waits for an answer, besides those somebody types
DAYS = (1, 2, 3, 7, 14)
# Whose mail is larger is not asked what time it is where he lives
SMALL = 1_000_000


@dataclass(frozen=True, slots=True)
class Moment:
    """A time to send at; `is_theirs` where it is a morning of the recipient's."""

    key: str
    label: str
    at: datetime
    is_theirs: bool = False


def presets(*, now: datetime, mine: tzinfo, theirs: tzinfo | None = None) -> list[Moment]:
    """Three times in the writer's zone, and the recipient's next morning where it is another."""
    here = now.astimezone(mine)
    found = []
    if here.time() < time(12):
        found.append(Moment("today", _("This afternoon"), _at(here.date(), AFTERNOON, mine)))
    tomorrow = here.date() + timedelta(days=1)
    monday = here.date() + timedelta(days=7 - here.weekday())
    found.append(Moment("tomorrow", _("Tomorrow morning"), _at(tomorrow, MORNING, mine)))
    if tomorrow != monday:
        found.append(Moment("monday", _("Monday morning"), _at(monday, MORNING, mine)))
    if theirs is not None and now.astimezone(theirs).utcoffset() != here.utcoffset():
        found.append(Moment("theirs", _("Their next working morning"), _next(now, theirs), True))
    return found


def snoozes(*, now: datetime, mine: tzinfo) -> list[Moment]:
    """Times at which what is put aside may come back, the next one first."""
    here = now.astimezone(mine)
    today = here.date()
    soon = (here + SOON).replace(minute=here.minute // 5 * 5, second=0, microsecond=0)
    found = []
    if soon.date() == today and here.time() < LATE:
        found.append(Moment("later", _("Later today"), soon))
    for key, label, hour in (
        ("afternoon", _("This afternoon"), NOON),
        ("evening", _("This evening"), EVENING),
    ):
        if here + timedelta(hours=1) < _at(today, hour, mine):
            found.append(Moment(key, label, _at(today, hour, mine)))
    tomorrow, monday = today + timedelta(days=1), today + timedelta(days=7 - today.weekday())
    saturday = today + timedelta(days=(SATURDAY - today.weekday()) % 7)
    found.append(Moment("tomorrow", _("Tomorrow"), _at(tomorrow, MORNING, mine)))
    if tomorrow < saturday < monday:
        found.append(Moment("weekend", _("This weekend"), _at(saturday, WEEKEND, mine)))
    if monday != tomorrow:
        found.append(Moment("week", _("Next week"), _at(monday, MORNING, mine)))
    return sorted(found, key=lambda each: each.at)


def reminders(*, now: datetime) -> list[Moment]:
    """When to come back to a mail that nobody answered, counted from now."""
    words = {1: _("Tomorrow"), 7: _("In a week"), 14: _("In two weeks")}
    return [
        Moment(
            str(days),
            words.get(days) or _("In %(count)s days") % {"count": days},
            now + timedelta(days=days),
        )
        for days in DAYS
    ]


def reminder_days(chosen: int) -> list[tuple[int, str]]:
    """How long one may wait for an answer to a mail that is being written, in days and words."""
    words = {0: _("No reminder"), 1: _("After a day"), 7: _("After a week")}
    return [
        (days, words.get(days) or _("After %(count)s days") % {"count": days})
        for days in sorted({0, *DAYS, chosen})
    ]


def _at(day: date, hour: time, zone: tzinfo) -> datetime:
    return datetime.combine(day, hour, tzinfo=zone)


def _next(now: datetime, zone: tzinfo) -> datetime:
    day = now.astimezone(zone).date()
    while day.weekday() >= SATURDAY or _at(day, MORNING, zone) <= now:
        day += timedelta(days=1)
    return _at(day, MORNING, zone)


def zone_of(member: Membership, addresses: Sequence[str]) -> tzinfo | None:
    """The zone the first of these people wrote from last, as far as the member may read it.

    It is the one of the Date header (RFC 5322, 3.3). Many programs write +0000 wherever they
    are, so that says nothing, as -0000 does.
    """
    if not addresses:
        return None
    rows = access.messages(member).filter(
        sender_address__iexact=addresses[0], direction=Message.Direction.IN, size__lt=SMALL
    )
    last = rows.order_by("-received_at").first()
    offset = parse.offset_of(blobs.data(last.blob_id)) if last else None
    return timezone(timedelta(seconds=offset)) if offset else None


def read(text: str, *, zone: tzinfo) -> datetime | None:
    """A time that was chosen, in UTC; without a zone of its own it is in this one."""
    try:
        at = datetime.fromisoformat(text.strip()[:40])
        return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
