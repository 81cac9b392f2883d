"""Keys for programs."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from crm.workspaces import actions, confirmation, directory, permissions
from crm.workspaces.forms.tokens import TokenForm
from crm.workspaces.middleware import MemberRequest
from crm.workspaces.models import ApiToken


@never_cache
@confirmation.required()
def tokens(request: MemberRequest, workspace: str) -> HttpResponse:
    """One's own tokens (an admin sees everybody's), and a new one whose secret is shown once."""
    permissions.require(request.member, "tokens.own")
    form, secret, now = TokenForm(request.POST or None), "", timezone.now()
    if request.method == "POST" and form.is_valid():
        _token, secret = actions.issue_token(
            member=request.member,
            name=form.cleaned_data["name"],
            scopes=form.cleaned_data["scopes"],
            at=now,
            expires_at=form.expires_at(now),
        )
        form = TokenForm()
    everybody = permissions.may(request.member, "tokens.all")
    context = {
        "tokens": directory.tokens(request.workspace.pk, None if everybody else request.member),
        "form": form,
        "secret": secret,
        "now": now,
        "section": "tokens",
    }
    return render(
        request, "crm/workspaces/tokens.html", context, status=422 if form.errors else 200
    )


@require_POST
def revocation(request: MemberRequest, workspace: str, token: UUID) -> HttpResponse:
    permissions.require(request.member, "tokens.own")
    row = _access(request, token)
    if row.member_id != request.member.pk and not permissions.may(request.member, "tokens.all"):
        raise PermissionDenied("tokens.all")
    actions.revoke_token(token=row, by=request.member, at=timezone.now())
    messages.success(request, _("The token %(name)s opens nothing any more.") % {"name": row.name})
    return redirect("workspaces:tokens", workspace=workspace)


def _access(request: MemberRequest, uid: UUID) -> ApiToken:
    try:
        return directory.one_token(request.workspace.pk, uid)
    except ApiToken.DoesNotExist as error:
        raise Http404 from error
