from crm.deals.forms.deals import DealForm, ParticipantForm
from crm.deals.forms.settings import CurrencyForm, NameForm, RateForm, ReasonForm, StageForm

__all__ = [
    "CurrencyForm",
    "DealForm",
    "NameForm",
    "ParticipantForm",
    "RateForm",
    "ReasonForm",
    "StageForm",
]
