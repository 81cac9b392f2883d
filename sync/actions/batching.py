"""Batches of what is to come that a round trip should carry."""

from collections.abc import Sequence
from dataclasses import fields

from django.db.models import F

from sync.actions.pending import Pending, rows
from sync.actions.run import OCTETS as OCTETS_OF_A_RUN
from sync.actions.run import Run

COUNT, FIRST, LOOKED_AT = 400, 50, 1600
OCTETS = 12_000_000
FIRST_OCTETS = 2_000_000
FIELDS = [field.name for field in fields(Pending)]


def batches(run: Run, folders: Sequence[int], *, news: bool) -> list[list[Pending]]:
    """The newest pending mails, in batches of one folder.

    The first batch of a run is small, so that something can be seen soon. What was begun
    before comes first: together the first time, and then each alone, to hurt nobody else.
    """
    waiting = rows(run).filter(folder__in=folders, generation=F("folder__generation"))
    if news:
        waiting = waiting.filter(is_news=True)
    newest = waiting.order_by("-internal_date", "-number").values_list(*FIELDS)[:LOOKED_AT]
    found = [Pending(*row) for row in newest]
    begun = [entry for entry in found if entry.attempts]
    if begun:
        once = [entry for entry in begun if entry.attempts == 1 and entry.blob_id is not None]
        return _split(once, FIRST, FIRST_OCTETS)[:1] if begun[0] in once else [begun[:1]]
    if run.octets_left == OCTETS_OF_A_RUN:
        return _split(found, FIRST, FIRST_OCTETS)
    return _split(found, COUNT, OCTETS)


def _split(entries: Sequence[Pending], first: int, octets: int) -> list[list[Pending]]:
    """Batches of one folder each, bounded by count and octets; the first one closer.

    What is kept already and what is still to be fetched never share a batch.
    """
    found: list[list[Pending]] = []
    count, left = 0, 0
    for entry in entries:
        size = entry.size or 0
        if not found or not _belong(found[-1][0], entry) or not count or size > left:
            count, left = (first, octets) if not found else (COUNT, OCTETS)
            found.append([])
        found[-1].append(entry)
        count, left = count - 1, left - size
    return found


def _belong(first: Pending, entry: Pending) -> bool:
    same_way = (first.blob_id is None) == (entry.blob_id is None)
    return same_way and first.folder_id == entry.folder_id
