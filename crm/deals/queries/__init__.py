from crm.deals.queries.board import CARDS, Board, Column, board, more_cards
from crm.deals.queries.money import Money, currencies, in_base
from crm.deals.queries.months import Forecast, Month, forecast, month_cards
from crm.deals.queries.participants import participants
from crm.deals.queries.stays import Step, way

__all__ = [
    "CARDS",
    "Board",
    "Column",
    "Forecast",
    "Money",
    "Month",
    "Step",
    "board",
    "currencies",
    "forecast",
    "in_base",
    "month_cards",
    "more_cards",
    "participants",
    "way",
]
