from crm.contacts.forms.organizations import OrganizationForm
from crm.contacts.forms.people import PersonForm, read_addresses

__all__ = ["OrganizationForm", "PersonForm", "read_addresses"]
