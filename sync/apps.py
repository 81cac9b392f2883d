from django.apps import AppConfig

from crm.workspaces import parts


class SyncConfig(AppConfig):
    name = "sync"

    def ready(self) -> None:
        from sync.actions import standstill  # the models are there by now

        parts.join(parts.Part(stop=standstill.stop_all, resume=standstill.resume_all))
