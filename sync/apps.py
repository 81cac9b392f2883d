from django.apps import AppConfig

from crm.workspaces import parts


class SyncConfig(AppConfig):
    name = "sync"

    def ready(self) -> None:
        from sync.actions import connect  # the models are there by now

        parts.join(parts.Part(stop=connect.stop_all, resume=connect.resume_all))
