"""Leads join what files can become, and what sample data is made of."""

from django.apps import AppConfig


class LeadsConfig(AppConfig):
    name = "crm.leads"

    def ready(self) -> None:
        from crm.contacts.importing import importers
        from crm.deals.actions import sampling
        from crm.leads import importing
        from crm.leads.actions.samples import SAMPLER

        sampling.register(SAMPLER)
        importers.register(importing.LEADS)
