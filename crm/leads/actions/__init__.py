from crm.leads.actions.archiving import archive_leads, unarchive_leads
from crm.leads.actions.converting import convert_lead, convert_leads
from crm.leads.actions.leads import Taken, change_lead, create_lead
from crm.leads.actions.returning import return_deal

__all__ = [
    "Taken",
    "archive_leads",
    "change_lead",
    "convert_lead",
    "convert_leads",
    "create_lead",
    "return_deal",
    "unarchive_leads",
]
