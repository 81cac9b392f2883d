"""The records that activities are about."""

from collections.abc import Iterable, Sequence
from typing import Any

from crm.timeline import subjects
from crm.timeline.models import Activity
from crm.workspaces.models import Membership


def about_of(member: Membership, rows: Sequence[Activity]) -> dict[int, list[Any]]:
    """The records each of these is about, as far as the member sees them."""
    links = [link for row in rows for link in row.about.all()]
    known = subjects.named(member, {(link.kind, link.object_id) for link in links})
    found: dict[int, list[Any]] = {row.pk: [] for row in rows}
    for link in links:
        record = known.get((link.kind, link.object_id))
        if record is not None:
            found[link.of_id].append(record)
    return found


def hidden_links(row: Activity, shown: Iterable[Any]) -> list[tuple[str, int]]:
    """What it is about besides the records that are shown to whoever asks."""
    seen = {(each._meta.model_name, each.pk) for each in shown}
    return sorted({(link.kind, link.object_id) for link in row.about.all()} - seen)
