from crm.leads.actions.converting import convert_lead, convert_leads, return_deal
from crm.leads.actions.leads import (
    Taken,
    archive_leads,
    change_lead,
    create_lead,
    unarchive_leads,
)

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
