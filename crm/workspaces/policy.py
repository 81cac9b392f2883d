"""What a workspace asks of its members beyond a password, and who does not meet it."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.workspaces import directory
from crm.workspaces.models import Membership, User, Workspace
from crm.workspaces.witness import SIGNED_IN

# Recovery codes are the way out of a lost second step, not one
SECOND_STEPS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
ALWAYS_OPEN = {"workspaces:second_step"}
OPEN_WHEN_CLOSED = {
    "workspaces:closed",
    "workspaces:reopening",
    "workspaces:departure",
    "workspaces:exports",
    "workspaces:export_download",
}


def has_second_step(user: User) -> bool:
    """Whether the account asks for more than a password."""
    return Authenticator.objects.filter(user=user, type__in=SECOND_STEPS).exists()


def lacks_second_step(member: Membership, at: datetime) -> bool:
    """Whether the workspace asks for a second step by now, and the member has none."""
    since = member.workspace.second_step_from
    return since is not None and since <= at and not has_second_step(member.user)


def should_set_up(member: Membership) -> bool:
    """Whether the workspace asks for a second step, now or soon, and the member has none."""
    return member.workspace.second_step_from is not None and not has_second_step(member.user)


def may_remove_second_step(user: User) -> bool:
    """Whether a second step may go: another is left, or no workspace of the user asks for one."""
    if Authenticator.objects.filter(user=user, type__in=SECOND_STEPS).count() > 1:
        return True
    return all(member.workspace.second_step_from is None for member in directory.memberships(user))


def require_kind(workspace: Workspace, kind: str) -> None:
    """Raise ValidationError where mailboxes of this kind are not wanted in the workspace."""
    wanted = workspace.mailbox_kinds
    if wanted == Workspace.MailboxKinds.TEAM and kind != "team":
        raise ValidationError(
            _("This workspace connects team mailboxes only. Its owners decide that."), code="kind"
        )
    if wanted == Workspace.MailboxKinds.PERSONAL and kind != "personal":
        raise ValidationError(
            _("This workspace connects personal mailboxes only. Its owners decide that."),
            code="kind",
        )


def stop(request: HttpRequest, member: Membership, at: datetime) -> HttpResponse | None:
    """What a member gets instead of the page while he does not meet the policy, or None."""
    match = request.resolver_match or resolve(request.path_info)
    name = match.view_name
    if member.workspace.closed_at is not None:
        place = reverse("workspaces:closed", args=[member.workspace.slug])
        return None if name in OPEN_WHEN_CLOSED else _send(request, place)
    if is_over(request, member.workspace, at):
        return _sign_out(request, member.workspace)
    if name in ALWAYS_OPEN or not lacks_second_step(member, at):
        return None
    return _send(request, reverse("workspaces:second_step", args=[member.workspace.slug]))


def is_over(request: HttpRequest, workspace: Workspace, at: datetime) -> bool:
    """Whether this browser signed in longer ago than the workspace allows."""
    if workspace.session_hours is None:
        return False
    now = at.timestamp()
    began = request.session.setdefault(SIGNED_IN, int(now))
    return now - float(began) > timedelta(hours=workspace.session_hours).total_seconds()


def _sign_out(request: HttpRequest, workspace: Workspace) -> HttpResponse:
    hours = workspace.session_hours or 0
    logout(request)
    text = ngettext(
        "%(name)s ends a session after %(hours)d hour. Sign in again.",
        "%(name)s ends a session after %(hours)d hours. Sign in again.",
        hours,
    )
    messages.info(request, text % {"name": workspace.name, "hours": hours})
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(headers={"HX-Redirect": reverse("account_login")})
    return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")


def _send(request: HttpRequest, place: str) -> HttpResponse:
    if request.headers.get("HX-Request") == "true":
        shown = urlsplit(request.headers.get("HX-Current-URL", "")).path
        # A part of the frame around a page that is open: it goes without, the page stays
        if shown and _name(shown) in OPEN_WHEN_CLOSED | ALWAYS_OPEN:
            return HttpResponse(status=204)
        return HttpResponse(headers={"HX-Redirect": place})
    if resolve(request.path_info).view_name == "ui:events":
        return HttpResponse(status=403)
    return HttpResponse(status=302, headers={"Location": place})


def _name(path: str) -> str:
    try:
        return resolve(path).view_name
    except Resolver404:
        return ""
