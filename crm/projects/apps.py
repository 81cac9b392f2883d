"""Projects join what files can become, and the work that goes from one member to another."""

from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "crm.projects"

    def ready(self) -> None:
        from crm.contacts.importing import importers
        from crm.deals.actions import sampling
        from crm.fields.actions.handing import register
        from crm.projects import importing
        from crm.projects.actions.handing import TASKS
        from crm.projects.actions.samples import SAMPLER

        sampling.register(SAMPLER)
        register(TASKS)
        importers.register(importing.PROJECTS)
