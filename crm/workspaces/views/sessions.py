"""Where a user is signed in."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crm.workspaces import actions, presence
from crm.workspaces.middleware import MemberRequest


@require_POST
def session_revocation(request: MemberRequest, workspace: str, session: UUID) -> HttpResponse:
    """Sign out one browser of one's own."""
    if not presence.end(user=request.user, uid=session):
        raise Http404
    messages.success(request, _("That browser is signed out."))
    return redirect("workspaces:profile", workspace=workspace)


@require_POST
def sessions(request: MemberRequest, workspace: str) -> HttpResponse:
    """Sign out everywhere but here."""
    actions.sign_out_everywhere(user=request.user, at=timezone.now())
    update_session_auth_hash(request, request.user)
    messages.success(request, _("You are signed out everywhere but here."))
    return redirect("workspaces:profile", workspace=workspace)
