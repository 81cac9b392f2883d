"""Deals join what files can become."""

from django.apps import AppConfig


class DealsConfig(AppConfig):
    name = "crm.deals"

    def ready(self) -> None:
        from crm.contacts.importing import importers
        from crm.deals import importing

        importers.register(importing.DEALS)
