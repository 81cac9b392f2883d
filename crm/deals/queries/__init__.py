from crm.deals.queries.board import Board, Column, board, more_cards
from crm.deals.queries.cards import CARDS, Card, Wanted
from crm.deals.queries.money import Money, currencies, in_base
from crm.deals.queries.months import Forecast, Month, forecast, month_cards
from crm.deals.queries.participants import of_contact, participants
from crm.deals.queries.reasons import reasons
from crm.deals.queries.stays import Step, way

__all__ = [
    "CARDS",
    "Board",
    "Card",
    "Column",
    "Forecast",
    "Money",
    "Month",
    "Step",
    "Wanted",
    "board",
    "currencies",
    "forecast",
    "in_base",
    "month_cards",
    "more_cards",
    "of_contact",
    "participants",
    "reasons",
    "way",
]
