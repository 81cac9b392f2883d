from django.apps import AppConfig

from crm.workspaces import parts


class UiConfig(AppConfig):
    name = "crm.ui"

    def ready(self) -> None:
        from crm.ui import wishes  # noqa: F401  (registers itself)

        parts.join(parts.Part(keys=("fio:live:{id}:*",)))
