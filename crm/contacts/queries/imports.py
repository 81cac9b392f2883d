"""What a member may see of imports: his own, and all of them for whoever administers."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet

from crm.contacts.importing import sayings
from crm.contacts.models import Import, ImportRow
from crm.workspaces import permissions
from crm.workspaces.models import Membership

AT_ONCE = 1000


def imports(member: Membership) -> QuerySet[Import]:
    """The imports a member may see, the latest first; a file may hold what others may not."""
    rows: QuerySet[Import] = Import.objects.select_related("by").order_by("-asked_at", "-pk")
    return rows if permissions.may(member, "records.see_all") else rows.filter(by=member)


def remarkable(batch: Import, most: int) -> list[tuple[ImportRow, list[str]]]:
    """The first rows that were not imported, or of which something is to be said."""
    rows = ImportRow.objects.filter(batch=batch).exclude(said=[])
    failed = rows.filter(state=ImportRow.State.FAILED) | rows.filter(
        state=ImportRow.State.WAITING, forecast=ImportRow.State.FAILED
    )
    found = list(failed.order_by("number")[:most])
    if len(found) < most:
        known = [row.pk for row in found]
        found += rows.exclude(pk__in=known).order_by("number")[: most - len(found)]
    return [(row, sayings.sentences(row.said)) for row in found]


def leftovers(batch: Import, words: str) -> Iterator[Sequence[Any]]:
    """Rows that were not imported as they came, with the reason in a column more: a file to mend.

    The heading comes first; `words` is what the column of reasons is called.
    """
    yield [*batch.heading, words]
    rows = ImportRow.objects.filter(batch=batch).order_by("number")
    failed = rows.filter(state=ImportRow.State.FAILED) | rows.filter(
        state=ImportRow.State.WAITING, forecast=ImportRow.State.FAILED
    )
    after = 0
    while found := list(failed.filter(number__gt=after)[:AT_ONCE]):
        for row in found:
            after = row.number
            yield [*row.cells, " ".join(sayings.sentences(row.said))]
