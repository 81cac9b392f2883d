from crm.deals.actions.closing import lose_deal, reopen_deal, win_deal
from crm.deals.actions.copying import duplicate_deal
from crm.deals.actions.deals import change_deal, create_deal
from crm.deals.actions.moving import move_deal
from crm.deals.actions.participants import TooMany, add_participant, remove_participant
from crm.deals.actions.pipelines import prepare_selling
from crm.fields.actions import Lacking

__all__ = [
    "Lacking",
    "TooMany",
    "add_participant",
    "change_deal",
    "create_deal",
    "duplicate_deal",
    "lose_deal",
    "move_deal",
    "prepare_selling",
    "remove_participant",
    "reopen_deal",
    "win_deal",
]
