"""What the scripts of every page say, and all of it together."""

from django.utils.translation import gettext as _

from crm.ui.words.composer import composer
from crm.ui.words.triage import triage


def words() -> dict[str, str | list[str]]:
    """Everything static/js says, in the language of this request."""
    return {**triage(), **composer(), **_page()}


def _page() -> dict[str, str | list[str]]:
    return {
        "offline": _("You are offline. What you write is kept here and sent to the server later."),
        "online": _("Back online."),
        "server_trouble": _("The server did not answer. Nothing is lost; try again in a moment."),
        "gone": _("This is no longer here. Somebody may have moved it."),
        "too_fast": _("That was a lot at once. Wait a moment and try again."),
        "copied": _("Copied"),
        "dismiss": _("Close"),
        "switch_saved": _("Saved"),
        "switch_failed": _("Not saved. The switch is back where it was."),
        "order_failed": _("The order was not saved. Reload the page to see how it stands."),
    }
