from crm.deals.api.deals import Deals
from crm.deals.api.pipelines import Pipelines, Stages

__all__ = ["Deals", "Pipelines", "Stages"]
