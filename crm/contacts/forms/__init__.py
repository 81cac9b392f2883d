from crm.contacts.forms.records import OrganizationForm, PersonForm, read_addresses

__all__ = ["OrganizationForm", "PersonForm", "read_addresses"]
