from django.apps import AppConfig


class WorkspacesConfig(AppConfig):
    name = "crm.workspaces"
    label = "workspaces"

    def ready(self) -> None:
        from crm.workspaces import checks, witness  # noqa: F401  (both register themselves)
