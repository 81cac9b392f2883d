from crm.deals.queries.board import CARDS, Board, Column, board, more_cards
from crm.deals.queries.money import Money, currencies, in_base
from crm.deals.queries.stays import Step, way

__all__ = [
    "CARDS",
    "Board",
    "Column",
    "Money",
    "Step",
    "board",
    "currencies",
    "in_base",
    "more_cards",
    "way",
]
