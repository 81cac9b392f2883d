from crm.deals.models.deals import Deal, DealPerson, Stay, rotting
from crm.deals.models.money import Currency
from crm.deals.models.pipelines import LostReason, Pipeline, Stage, StageRemoval
from crm.deals.models.tallies import Tally

__all__ = [
    "Currency",
    "Deal",
    "DealPerson",
    "LostReason",
    "Pipeline",
    "Stage",
    "StageRemoval",
    "Stay",
    "Tally",
    "rotting",
]
