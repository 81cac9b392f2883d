from crm.deals.forms.deals import DealForm, ParticipantForm
from crm.deals.forms.money import CurrencyForm, RateForm
from crm.deals.forms.settings import NameForm, ReasonForm, StageForm

__all__ = [
    "CurrencyForm",
    "DealForm",
    "NameForm",
    "ParticipantForm",
    "RateForm",
    "ReasonForm",
    "StageForm",
]
