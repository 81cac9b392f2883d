"""A page of a list of activities."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q

from crm.timeline.models import Activity
from crm.timeline.queries import places
from crm.timeline.queries.linked import about_of
from crm.timeline.queries.matching import Filter, loaded, matching
from crm.workspaces.models import Membership

LONGEST = 50


@dataclass(frozen=True)
class Page:
    """Activities in their order, the records each is about, and where the next ones begin."""

    rows: list[Activity]
    about: dict[int, list[Any]] = field(default_factory=dict)
    after: str = ""


def page(member: Membership, asked: Filter, at: datetime, after: str = "") -> Page:
    """Fifty activities, the first due first, done ones last done first."""
    column = "done_at" if asked.when == "done" else "falls_at"
    rows = matching(member, asked, at)
    order = (f"-{column}", "-pk") if asked.when == "done" else (column, "pk")
    beyond = _beyond(column, after, down=asked.when == "done")
    found = list(loaded(rows.filter(beyond)).order_by(*order)[: LONGEST + 1])
    last = found[LONGEST - 1] if len(found) > LONGEST else None
    shown = found[:LONGEST]
    place = f"{getattr(last, column).isoformat()}|{last.pk}" if last else ""
    return Page(shown, about_of(member, shown), place)


def _beyond(column: str, after: str, *, down: bool) -> Q:
    """Rows after that place; all of them where there is none, or none of ours."""
    place = places.read(after)
    if place is None:
        return Q()
    moment, pk = place
    step = "lt" if down else "gt"
    further = Q(**{f"{column}__{step}": moment}) | Q(**{column: moment, f"pk__{step}": pk})
    return Q(**{f"{column}__{step}e": moment}) & further
