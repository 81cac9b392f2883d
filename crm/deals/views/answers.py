"""What a page hears after something was done to a deal, or refused."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from crm.fields import actions as records
from crm.ui.render import say
from crm.workspaces.middleware import MemberRequest


def done(text: str, undo: str) -> HttpResponse:
    """It is done: a toast with the way back."""
    return say(HttpResponse(status=204), text, undo=undo, label=_("Undo") if undo else "")


def refused(text: str, status: int) -> HttpResponse:
    """What could not be done, for a toast; the page asks again how things stand."""
    return say(HttpResponse(text, status=status, content_type="text/plain"), text)


def outdated(error: records.Outdated) -> str:
    """Who was faster, for people."""
    who = error.by.name if error.by else _("Somebody")
    return _("%(who)s changed this deal meanwhile. Look at it once more.") % {"who": who}


def seen(request: MemberRequest) -> int | None:
    """The version the page was made from."""
    typed = request.POST.get("version", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None
