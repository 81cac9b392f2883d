from crm.deals.actions.deals import (
    Lacking,
    change_deal,
    create_deal,
    lose_deal,
    move_deal,
    reopen_deal,
    set_participants,
    win_deal,
)
from crm.deals.actions.pipelines import prepare_selling

__all__ = [
    "Lacking",
    "change_deal",
    "create_deal",
    "lose_deal",
    "move_deal",
    "prepare_selling",
    "reopen_deal",
    "set_participants",
    "win_deal",
]
