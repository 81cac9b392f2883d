"""People and organizations join what files can become."""

from django.apps import AppConfig


class ContactsConfig(AppConfig):
    name = "crm.contacts"

    def ready(self) -> None:
        from crm.contacts.importing import organizations, people, targets

        targets.register(people.PEOPLE)
        targets.register(organizations.ORGANIZATIONS)
