"""Leads join what files can become."""

from django.apps import AppConfig


class LeadsConfig(AppConfig):
    name = "crm.leads"

    def ready(self) -> None:
        from crm.contacts.importing import targets
        from crm.leads import importing

        targets.register(importing.LEADS)
