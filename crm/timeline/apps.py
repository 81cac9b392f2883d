from django.apps import AppConfig


class TimelineConfig(AppConfig):
    name = "crm.timeline"
