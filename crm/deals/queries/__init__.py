from crm.deals.queries.board import Board, Column, board
from crm.deals.queries.cards import CARDS, Card
from crm.deals.queries.columns import month_cards
from crm.deals.queries.forecast import Forecast, Month, forecast
from crm.deals.queries.money import Money, currencies, in_base
from crm.deals.queries.participants import of_contact, participants
from crm.deals.queries.reasons import reasons
from crm.deals.queries.stage_cards import more_cards
from crm.deals.queries.stays import Step, way
from crm.deals.queries.wanted import Wanted

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
