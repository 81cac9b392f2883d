from django.apps import AppConfig


class AutomationsConfig(AppConfig):
    name = "automations"

    def ready(self) -> None:
        from automations import receivers  # noqa: F401  (connects itself to the one signal)
