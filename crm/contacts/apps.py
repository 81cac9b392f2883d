"""People and organizations join what files can become."""

from django.apps import AppConfig


class ContactsConfig(AppConfig):
    name = "crm.contacts"

    def ready(self) -> None:
        from crm.contacts.importing import importers, organizations, people

        importers.register(people.PEOPLE)
        importers.register(organizations.ORGANIZATIONS)
