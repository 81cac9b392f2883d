"""Days and times as people write them."""

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from crm.contacts.importing.drafts import Context
from crm.contacts.importing.texts import Unfit
from crm.fields.facts import Fact

ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
NUMBERED = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})")
CLOCK = re.compile(r"[T ](\d{1,2}):(\d{2})")
# What stands between two days: ours, and what people write
FROM_TO = re.compile(r"\s*[;–—]\s*|\s+[-/]\s+|\s+(?:to|a|até)\s+")


def day(text: str, order: str) -> date:
    """A day, with the year first or as `order` says; raises Unfit."""
    found = ISO.match(text)
    if found:
        year, month, number = (int(part) for part in found.groups())
    else:
        found = NUMBERED.match(text)
        if not found:
            raise Unfit("bad_date")
        first, second, year = (int(part) for part in found.groups())
        number, month = (first, second) if order == "dmy" or first > 12 else (second, first)
        if month > 12:
            number, month = month, number
        year += 0 if year > 99 else 2000 if year < 70 else 1900
    try:
        return date(year, month, number)
    except ValueError as error:
        raise Unfit("bad_date") from error


def moment(text: str, order: str) -> datetime:
    """A day and a time, midnight where there is none; raises Unfit."""
    found = day(text, order)
    clock = CLOCK.search(text)
    hour, minute = (int(part) for part in clock.groups()) if clock else (0, 0)
    if hour > 23 or minute > 59:
        raise Unfit("bad_date")
    # The ends of the calendar are not told in every zone
    if not date.min < found < date.max - timedelta(days=1):
        raise Unfit("bad_date")
    return timezone.make_aware(datetime.combine(found, time(hour, minute)))


def dates(_fact: Fact, text: str, context: Context) -> Any:
    first, last = [*FROM_TO.split(text, maxsplit=1), ""][:2]
    order = context.batch.day_order
    return {"from": day(first, order).isoformat(), "to": day(last or first, order).isoformat()}
