from sync.forms.addresses import AddressForm
from sync.forms.options import OptionsForm
from sync.forms.owners import OwnerForm
from sync.forms.servers import ServersForm
from sync.forms.workers import HandoverForm, WorkersForm

__all__ = ["AddressForm", "HandoverForm", "OptionsForm", "OwnerForm", "ServersForm", "WorkersForm"]
