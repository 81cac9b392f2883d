from crm.deals.forms.deals import DealForm
from crm.deals.forms.settings import CurrencyForm, NameForm, RateForm, ReasonForm, StageForm

__all__ = ["CurrencyForm", "DealForm", "NameForm", "RateForm", "ReasonForm", "StageForm"]
