from django.apps import AppConfig


class FieldsConfig(AppConfig):
    name = "crm.fields"

    def ready(self) -> None:
        from crm.fields import history  # the models are there by now
        from crm.timeline import subjects

        subjects.join(history.SOURCE)
