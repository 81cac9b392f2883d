from django.apps import AppConfig

from crm.workspaces import parts


class InboxConfig(AppConfig):
    name = "inbox"

    def ready(self) -> None:
        from inbox import departing  # the models are there by now

        parts.join(departing.PART)
