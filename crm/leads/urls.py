"""Leads, under /<workspace>/leads/."""

from django.urls import path

from crm.fields.urls import addresses
from crm.leads.views import converting, doing, inbox, returning, sources
from crm.leads.views.kind import LEADS

app_name = "leads"

urlpatterns = [
    *addresses(LEADS, listed=inbox.inbox),
    path("sources/", sources.sources, name="sources"),
    path("archive/", doing.archive, name="leads_archive"),
    path("conversion/", converting.convert_all, name="leads_conversion"),
    path("return/", returning.return_all, name="leads_return"),
    path("<uuid:uid>/conversion/", converting.convert, name="lead_conversion"),
    path("deals/<uuid:uid>/", returning.from_deal, name="from_deal"),
]
