"""How a mailbox is reached, changed on its page."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.workspaces import confirmation
from crm.workspaces.middleware import MemberRequest
from inbox.queries import sidebar
from sync.actions import connect, reaching
from sync.forms import ServersForm
from sync.models import Connection
from sync.queries import words
from sync.views.health import find


@confirmation.required()
def reconnect(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """Sign in again, or reach the mailbox otherwise; reading goes on where it stopped."""
    box = find(request, uid, manage=True)
    connection = Connection.objects.get(mailbox=box)
    initial = {name: getattr(connection, name) for name in connect.Servers.__slots__}
    initial["allow_insecure"] = connection.allows_plain
    form = ServersForm(request.POST or None, initial=initial, has_password=True)
    if request.method == "POST" and form.is_valid():
        try:
            reaching.change_servers(
                by=request.member,
                mailbox=box,
                servers=form.servers(),
                password=form.cleaned_data["password"],
                at=timezone.now(),
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Saved."))
        return redirect("sync:mailbox", workspace, box.uid)
    context = {
        "place": "health",
        "side": sidebar.side(request.member),
        "form": form,
        "address": box.address,
        "found": words.trouble(box.state_reason).what,
        "note": words.trouble(box.state_reason).remedy,
        "is_again": True,
    }
    return render(request, "sync/settings.html", context, status=422 if form.errors else 200)
