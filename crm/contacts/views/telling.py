"""What the pages of an import say of it."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from crm.contacts import queries
from crm.contacts.actions import settling, turning
from crm.contacts.importing.importers import IMPORTERS, targets
from crm.contacts.models import Import, ImportRow
from crm.fields.views.kinds import KINDS

State, Row = Import.State, ImportRow.State
TONES = {
    State.DONE: "good",
    State.UNREADABLE: "bad",
    State.FAILED: "bad",
    State.STOPPED: "warn",
    State.MAPPING: "accent",
}
TROUBLES: dict[str, Any] = {
    "empty": _("There is nothing in this file."),
    "only_heading": _("This file has a heading and no rows below it."),
    "too_large": _("This file is too large: at most 30 MB and 200,000 rows. Divide it."),
    "too_wide": _("This file has more than 300 columns. Keep those you need."),
    "endless": _(
        "The cell that begins in line %(line)s never ends: a quotation mark there is not closed."
        " Mend that line and bring the file again."
    ),
    "not_a_table": _("This is no table. Save it as CSV or XLSX, or bring vCards."),
    "locked": _("This is an old or a locked workbook. Save it as .xlsx without a password."),
    "broken": _("This file is damaged. Save it once more and bring it again."),
}
DAY_ORDERS = [("dmy", _("31/12/2026: the day first")), ("mdy", _("12/31/2026: the month first"))]
WOULD = {
    Row.CREATED: _("would be added"),
    Row.UPDATED: _("would be brought up to date"),
    Row.SKIPPED: _("would be left out"),
    Row.FAILED: _("cannot be imported"),
}
EXAMPLES, MOST_ROWS = 3, 20


def line(batch: Import) -> dict[str, Any]:
    """An import in a list."""
    return {"row": batch, "title": _title(batch.kind), "tone": TONES.get(State(batch.state), "")}


def page(batch: Import, kinds: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """Everything the page of an import says."""
    rows = settling.sample(batch, 20) if batch.state == State.MAPPING else []
    checked = batch.counts.get("check")
    return {
        "batch": batch,
        "tone": TONES.get(State(batch.state), ""),
        "title": _title(batch.kind),
        "list_url": f"{KINDS[batch.kind].model._meta.app_label}:{KINDS[batch.kind].many}"
        if batch.kind in KINDS
        else "",
        "kinds": kinds,
        "trouble": TROUBLES.get(batch.trouble, "") % {"line": batch.counts.get("line", "")},
        "columns": _columns(batch, rows),
        "targets": _offered(batch),
        "policies": Import.Policy.choices,
        "day_orders": DAY_ORDERS,
        "would": [(words, checked.get(state, 0)) for state, words in WOULD.items()]
        if checked is not None
        else None,
        "came": [(Row(state).label, batch.counts[state]) for state in _shown(batch)],
        "remarks": queries.remarkable(batch, MOST_ROWS) if not batch.is_busy else [],
        "not_imported": batch.counts.get("failed", 0) or (checked or {}).get("failed", 0),
        "may_go_on": batch.state == State.STOPPED or batch.may_be_tried_again,
        "may_undo": batch.state in turning.MAY["undo"] and _has_made(batch),
    }


def _has_made(batch: Import) -> bool:
    """Whether there may be something to take back, after a try at it as well."""
    made = (Row.CREATED, Row.UPDATED)
    return batch.failed_at == State.UNDOING or any(batch.counts.get(state) for state in made)


def _title(kind: str) -> Any:
    return KINDS[kind].titles["many"] if kind in KINDS else ""


def _shown(batch: Import) -> list[str]:
    return [state for state in Row.values if batch.counts.get(state) and state != Row.WAITING]


def _columns(batch: Import, rows: Sequence[Sequence[str]]) -> list[dict[str, Any]]:
    found = []
    for at, name in enumerate(batch.heading):
        cells = dict.fromkeys(row[at] for row in rows if at < len(row) and row[at])
        to = batch.mapping[at]["to"] if at < len(batch.mapping) else ""
        found.append({"name": name, "to": to, "examples": list(cells)[:EXAMPLES]})
    return found


def _offered(batch: Import) -> list[tuple[str, Any]]:
    if batch.kind not in IMPORTERS:
        return []
    return [(name, target.label) for name, target in targets(IMPORTERS[batch.kind]).items()]
