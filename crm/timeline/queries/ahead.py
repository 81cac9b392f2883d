"""What is planned about a record."""

from collections.abc import Iterable
from typing import Any

from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber

from crm.timeline.models import Activity, ActivityAbout
from crm.timeline.queries.matching import loaded
from crm.timeline.queries.pages import LONGEST
from crm.workspaces import queries
from crm.workspaces.models import Membership
from crm.workspaces.statements import Given, Statements


def next_of(member: Membership, kind: str, pks: Iterable[int]) -> dict[int, Activity]:
    """What is to be done next about each of these records, if anything; one query."""
    # One array of ids, so that the query is asked whether there are any or not
    links = NEXT.of(member.role).rows(kind=kind, pks=list(pks), **queries.asker(member))
    return {link.object_id: link.of for link in links}


def _next(role: str) -> QuerySet[ActivityAbout]:
    wanted = Activity.objects.visible_to(queries.stand_in(role)).open()
    links = ActivityAbout.objects.filter(
        kind=Given("kind"), object_id__among=Given("pks"), of__in=wanted
    )
    place = Window(RowNumber(), partition_by="object_id", order_by=[F("of__falls_at"), F("of_id")])
    first: QuerySet[ActivityAbout] = links.annotate(place=place).filter(place=1)
    return first.select_related("of", "of__type")


NEXT = Statements(_next)


def of_record(member: Membership, record: Any, *, done: bool = False) -> list[Activity]:
    """What is to be done about a record, or with `done` the last fifty that were."""
    kind, asker = record._meta.model_name, queries.asker(member)
    return ABOUT.of(member.role, done).rows(kind=kind, record=record.pk, **asker)


def _about(role: str, done: bool) -> QuerySet[Activity]:
    seen: Any = Activity.objects.visible_to(queries.stand_in(role))
    rows: Any = loaded(seen.of_one(Given("kind"), Given("record")))
    rows = rows.filter(done_at__isnull=False) if done else rows.open()
    found: QuerySet[Activity] = rows.order_by(
        *(("-done_at", "-pk") if done else ("falls_at", "pk"))
    )
    return found[:LONGEST]


ABOUT = Statements(_about)
