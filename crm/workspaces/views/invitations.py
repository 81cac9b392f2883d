"""Inviting; the link goes by mail, or is shown once where Fio cannot send mail."""

from smtplib import SMTPException
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from crm.workspaces import actions, confirmation, directory, permissions
from crm.workspaces.forms.members import InvitationForm
from crm.workspaces.middleware import MemberRequest
from crm.workspaces.models import Invitation
from crm.workspaces.views import members


def _gives_power(request: MemberRequest) -> bool:
    return request.POST.get("role") in permissions.ADMINS


@never_cache
@transaction.non_atomic_requests
@confirmation.required(when=_gives_power)
@require_POST
def invitations(request: MemberRequest, workspace: str) -> HttpResponse:
    """Invite an address."""
    permissions.require(request.member, "members.change")
    form = InvitationForm(request.POST, by=request.member)
    if form.is_valid():
        try:
            offer, secret = actions.invite(
                email=form.cleaned_data["email"],
                role=form.cleaned_data["role"],
                by=request.member,
                at=timezone.now(),
            )
            return _hand_over(request, offer, secret)
        except ValidationError as error:
            form.add_error("email", error)
    with transaction.atomic():
        return members.page(request, form, status=422)


@never_cache
@transaction.non_atomic_requests
@require_POST
def renewal(request: MemberRequest, workspace: str, invitation: UUID) -> HttpResponse:
    """Send the link again; the old one is dead."""
    permissions.require(request.member, "members.change")
    try:
        offer, secret = actions.renew(
            invitation=_access(request, invitation), by=request.member, at=timezone.now()
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("workspaces:members", workspace=workspace)
    return _hand_over(request, offer, secret)


@require_POST
def revocation(request: MemberRequest, workspace: str, invitation: UUID) -> HttpResponse:
    permissions.require(request.member, "members.change")
    offer = _access(request, invitation)
    actions.revoke(invitation=offer, by=request.member, at=timezone.now())
    messages.success(
        request, _("The invitation to %(email)s is taken back.") % {"email": offer.email}
    )
    return redirect("workspaces:members", workspace=workspace)


def _hand_over(request: MemberRequest, offer: Invitation, secret: str) -> HttpResponse:
    path = reverse("workspaces:invitation", args=[secret])
    link = settings.SITE_URL + path
    if not settings.MAIL_IS_SENT:
        with transaction.atomic():
            return members.page(request, InvitationForm(by=request.member), link=link)
    words = {"email": offer.email}
    try:
        _mail(request, offer, link)
    except (OSError, SMTPException):
        messages.error(
            request,
            _("The invitation to %(email)s waits, but its mail could not be sent. Send it again.")
            % words,
        )
    else:
        messages.success(request, _("The invitation to %(email)s is on its way.") % words)
    return redirect("workspaces:members", workspace=request.workspace.slug)


def _mail(request: MemberRequest, offer: Invitation, link: str) -> None:
    words = {"by": request.member, "workspace": request.workspace, "link": link, "offer": offer}
    subject = _("%(name)s invites you to %(workspace)s") % {
        "name": request.member.name,
        "workspace": request.workspace.name,
    }
    text = render_to_string("crm/workspaces/invitation.txt", words)
    send_mail(" ".join(subject.split()), text, None, [offer.email])


def _access(request: MemberRequest, uid: UUID) -> Invitation:
    try:
        return directory.offer(request.workspace.pk, uid)
    except Invitation.DoesNotExist as error:
        raise Http404 from error
