"""What the workspace asks of its members, and setting it up as one of them."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from crm.workspaces import actions, confirmation, directory, permissions
from crm.workspaces import policy as rules
from crm.workspaces.forms.policy import PolicyForm
from crm.workspaces.middleware import MemberRequest
from crm.workspaces.models import OperatorVisit


@never_cache
@confirmation.required()
@require_http_methods(["GET", "HEAD", "POST"])
def policy(request: MemberRequest, workspace: str) -> HttpResponse:
    """The rules, and who does not meet them yet."""
    permissions.require(request.member, "policy.change")
    row = directory.workspace(request.workspace.pk)
    form = PolicyForm(request.POST or None, workspace=row)
    if request.method == "POST" and form.is_valid():
        actions.change_policy(
            workspace=row,
            second_step_from=form.second_step_from(),
            session_hours=form.cleaned_data["session_hours"],
            mailbox_kinds=form.cleaned_data["mailbox_kinds"],
            by=request.member,
            at=timezone.now(),
        )
        messages.success(request, _("The rules are saved."))
        return redirect("workspaces:policy", workspace=workspace)
    everybody = directory.members(request.workspace.pk)
    lacking = [member for member in everybody if not rules.has_second_step(member.user)]
    context = {
        "form": form,
        "lacking": lacking,
        "everybody": everybody,
        "visits": list(OperatorVisit.objects.order_by("-began_at")[:20]),
        "now": timezone.now(),
        "section": "policy",
    }
    return render(
        request, "crm/workspaces/policy.html", context, status=422 if form.errors else 200
    )


@never_cache
@require_GET
def second_step(request: MemberRequest, workspace: str) -> HttpResponse:
    """Why a second step is asked for, and the ways to set one up."""
    since = request.workspace.second_step_from
    context = {
        "has_one": rules.has_second_step(request.user),
        "since": since,
        "is_due": since is not None and since <= timezone.now(),
    }
    return render(request, "crm/workspaces/second_step.html", context)
