from crm.deals.api.deals import Deals
from crm.deals.api.money import Currencies
from crm.deals.api.pipelines import Pipelines, Stages
from crm.deals.api.reasons import LostReasons

__all__ = ["Currencies", "Deals", "LostReasons", "Pipelines", "Stages"]
