from django.apps import AppConfig

from crm.workspaces import parts


class TimelineConfig(AppConfig):
    name = "crm.timeline"

    def ready(self) -> None:
        from crm.timeline import departing  # the models are there by now

        parts.join(departing.PART)
