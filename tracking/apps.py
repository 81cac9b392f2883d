from django.apps import AppConfig


class TrackingConfig(AppConfig):
    name = "tracking"

    def ready(self) -> None:
        from inbox.queries import ours  # the models are there by now
        from tracking.queries import tokens, told

        ours.join(tokens.targets, told.told)
