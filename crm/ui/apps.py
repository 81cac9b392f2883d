from django.apps import AppConfig

from crm.workspaces import parts


class UiConfig(AppConfig):
    name = "crm.ui"

    def ready(self) -> None:
        parts.join(parts.Part(keys=("fio:live:{id}:*",)))
