from crm.deals.queries.board import Board, Column, board
from crm.deals.queries.money import Money, currencies, in_base
from crm.deals.queries.stays import Step, way

__all__ = ["Board", "Column", "Money", "Step", "board", "currencies", "in_base", "way"]
