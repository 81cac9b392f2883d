"""What the columns of an import mean is settled."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from crm.contacts.actions.turning import held
from crm.contacts.importing import guessing, importers
from crm.contacts.importing.importers import IMPORTERS
from crm.contacts.models import Import, ImportRow


@transaction.atomic
def settle_import(
    *,
    batch: Import,
    kind: str | None = None,
    mapping: Sequence[dict[str, Any]] | None = None,
    policy: str | None = None,
    day_order: str | None = None,
) -> Import:
    """Say what the file is about, what its columns mean and what becomes of duplicates.

    Another kind has its columns guessed anew. What a trial found before counts no more.
    """
    row = held(batch, "map")
    if kind is not None and kind != row.kind and kind in IMPORTERS:
        row.kind = kind
        row.mapping = guessing.mapping(kind, row.heading, sample(row))
    elif mapping is not None:
        row.mapping = _sound(row, mapping)
    row.policy = policy if policy in Import.Policy.values else row.policy
    row.day_order = day_order if day_order in ("dmy", "mdy") else row.day_order
    if "check" in row.counts:
        ImportRow.objects.filter(batch=row).update(forecast="", said=[])
    row.counts = {}
    row.save()
    return row


def sample(batch: Import, most: int = guessing.SAMPLE) -> list[list[str]]:
    """The first rows of a file."""
    rows = ImportRow.objects.filter(batch=batch).order_by("number")[:most]
    return [row.cells for row in rows]


def _sound(row: Import, mapping: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """A mapping with as many columns as the file, to targets that there are."""
    known = importers.targets(IMPORTERS[row.kind])
    found = []
    for at, _heading in enumerate(row.heading):
        each = mapping[at] if at < len(mapping) else {}
        before = row.mapping[at] if at < len(row.mapping) else {}
        name = str(each.get("to", ""))
        if name not in known:
            found.append({"to": ""})
        elif name == before.get("to"):
            found.append(before)
        else:
            found.append({"to": name})
    return found
