from crm.deals.models.deals import Deal, DealPerson, Stay, idle_days, rotting
from crm.deals.models.money import Currency
from crm.deals.models.pipelines import Pipeline, Stage
from crm.deals.models.reasons import LostReason
from crm.deals.models.removals import StageRemoval
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
    "idle_days",
    "rotting",
]
