from crm.contacts.api.organizations import Organizations
from crm.contacts.api.people import People

__all__ = ["Organizations", "People"]
