from django.apps import AppConfig

from crm.workspaces import parts


class InboxConfig(AppConfig):
    name = "inbox"

    def ready(self) -> None:
        from crm.timeline.queries import slots, titles  # the models are there by now
        from inbox import departing
        from inbox.queries import letters, naming

        parts.join(departing.PART)
        slots.join(letters.SLOT)
        titles.join("thread", naming.names)
