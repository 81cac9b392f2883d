"""Taking an invitation."""

from typing import cast

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from crm.workspaces import accounts, actions, directory
from crm.workspaces.models import Invitation, User
from crm.workspaces.views import home


@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """What the link of an invitation shows; an unknown, taken or old one is over."""
    offer = directory.invitation(secret, timezone.now())
    if offer is None:
        return render(request, "crm/workspaces/invitation_over.html", status=404)
    if not request.user.is_authenticated:
        _carry(request, secret, offer)
    elif request.method == "POST":
        return _accept(request, offer)
    context = {"invitation": offer, "is_mine": _is_mine(request, offer)}
    return render(request, "crm/workspaces/invitation.html", context)


def _accept(request: HttpRequest, offer: Invitation) -> HttpResponse:
    user = cast(User, request.user)
    try:
        member = actions.accept(invitation=offer, user=user, at=timezone.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(request.path)
    request.session.pop(accounts.INVITATION, None)
    return redirect(home.inbox(member))


def _carry(request: HttpRequest, secret: str, offer: Invitation) -> None:
    """Let the sign-up that follows know; a link that came by mail has proved the address."""
    request.session[accounts.INVITATION] = secret
    if settings.MAIL_IS_SENT:
        get_adapter().stash_verified_email(request, offer.email)


def _is_mine(request: HttpRequest, offer: Invitation) -> bool:
    user = request.user
    return user.is_authenticated and user.email.lower() == offer.email.lower()
