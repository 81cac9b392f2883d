from crm.fields.queries.asking import asked_by
from crm.fields.queries.knowing import facts_of, labels_of
from crm.fields.queries.listing import ROWS, Page, cut, in_order, lean, page
from crm.fields.queries.matching import alike, holding, holds, matching
from crm.fields.queries.searching import Found, find, held, search
from crm.fields.queries.seeing import (
    SEEN,
    Owned,
    Seeing,
    seen_through,
    seen_values,
    seers,
    sees,
    who_sees,
)
from crm.fields.queries.showing import Sheet, sheet

__all__ = [
    "ROWS",
    "SEEN",
    "Found",
    "Owned",
    "Page",
    "Seeing",
    "Sheet",
    "alike",
    "asked_by",
    "cut",
    "facts_of",
    "find",
    "held",
    "holding",
    "holds",
    "in_order",
    "labels_of",
    "lean",
    "matching",
    "page",
    "search",
    "seen_through",
    "seen_values",
    "seers",
    "sees",
    "sheet",
    "who_sees",
]
