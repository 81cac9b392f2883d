"""Projects join what files can become."""

from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "crm.projects"

    def ready(self) -> None:
        from crm.contacts.importing import targets
        from crm.projects import importing

        targets.register(importing.PROJECTS)
