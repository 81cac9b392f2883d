"""Who belongs here."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from crm.workspaces import actions, confirmation, directory, permissions
from crm.workspaces.forms.members import InvitationForm, RoleForm
from crm.workspaces.middleware import MemberRequest
from crm.workspaces.models import Membership


@require_GET
def members(request: MemberRequest, workspace: str) -> HttpResponse:
    """Everybody here, and what is offered to others."""
    permissions.require(request.member, "members.see")
    return page(request, InvitationForm(by=request.member))


def page(
    request: MemberRequest, form: InvitationForm, *, link: str = "", status: int = 200
) -> HttpResponse:
    """The members page; `link` is an invitation's, shown this once."""
    here = request.workspace.pk
    grantable = permissions.grantable(request.member)
    context = {
        "members": directory.members(here),
        "left": directory.members(here, left=True),
        "invitations": directory.invitations(here) if grantable else [],
        "grantable": grantable,
        "roles": [(role.value, role.label) for role in grantable],
        "may_transfer": permissions.may(request.member, "records.transfer"),
        "form": form,
        "link": link,
        "now": timezone.now(),
        "section": "members",
    }
    return render(request, "crm/workspaces/members.html", context, status=status)


@confirmation.required()
@require_POST
def role(request: MemberRequest, workspace: str, member: UUID) -> HttpResponse:
    permissions.require(request.member, "members.change")
    row = access(request, member)
    form = RoleForm(request.POST, by=request.member)
    if not form.is_valid():
        messages.error(request, _("Choose one of the roles you may give."))
        return redirect("workspaces:members", workspace=workspace)
    try:
        row = actions.change_role(
            member=row, role=form.cleaned_data["role"], by=request.member, at=timezone.now()
        )
        words = {"name": row.name, "role": row.get_role_display()}
        messages.success(request, _("%(name)s is now: %(role)s.") % words)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("workspaces:members", workspace=workspace)


@confirmation.required()
@require_POST
def deactivation(request: MemberRequest, workspace: str, member: UUID) -> HttpResponse:
    permissions.require(request.member, "members.change")
    row = access(request, member)
    try:
        actions.deactivate(member=row, by=request.member, at=timezone.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("workspaces:members", workspace=workspace)
    messages.success(
        request, _("%(name)s has no access any more. The work stays.") % {"name": row.name}
    )
    if row.pk == request.member.pk:
        return redirect("workspaces:home")
    return redirect("workspaces:members", workspace=workspace)


@confirmation.required()
@require_POST
def reactivation(request: MemberRequest, workspace: str, member: UUID) -> HttpResponse:
    permissions.require(request.member, "members.change")
    row = actions.reactivate(member=access(request, member), by=request.member, at=timezone.now())
    messages.success(request, _("%(name)s can sign in here again.") % {"name": row.name})
    return redirect("workspaces:members", workspace=workspace)


def access(request: MemberRequest, uid: UUID) -> Membership:
    """A member of this workspace, or 404."""
    try:
        return directory.member(request.workspace.pk, uid)
    except Membership.DoesNotExist as error:
        raise Http404 from error
