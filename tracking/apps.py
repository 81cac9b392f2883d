from django.apps import AppConfig


class TrackingConfig(AppConfig):
    name = "tracking"

    def ready(self) -> None:
        from inbox.actions import left  # the models are there by now
        from inbox.queries import ours
        from tracking.actions import marking
        from tracking.queries import tokens, told

        ours.join(tokens.targets, told.told)
        left.join(marking.settle)
