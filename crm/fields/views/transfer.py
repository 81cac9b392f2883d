"""What a member owns, and giving all of it to somebody else."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from crm.fields.actions import transferring
from crm.fields.views import lists
from crm.fields.views.kinds import KINDS, Kind
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest
from crm.workspaces.models import Membership

PAGE = "crm/fields/settings/transfer.html"


@require_http_methods(["GET", "HEAD", "POST"])
def transfer(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """GET counts what the member owns; POST `to` and `kind`… gives it away."""
    permissions.require(request.member, "records.transfer")
    here = Membership.objects.using("default").filter(workspace_id=request.workspace.pk)
    owner = here.filter(uid=uid).first()
    if owner is None:
        raise Http404
    owned = [(kind, kind.model.objects.filter(owner=owner).count()) for kind in KINDS.values()]
    others = [member for member in lists.members() if member.pk != owner.pk]
    if request.method == "POST":
        to = next((each for each in others if str(each.uid) == request.POST.get("to")), None)
        kinds = [kind for kind, _count in owned if kind.one in request.POST.getlist("kind")]
        if to is not None and kinds:
            return _give(request, owner, to, kinds)
        messages.error(request, _("Say what is given, and to whom."))
    context = {
        "section": "members",
        "owner": owner,
        "owned": [(kind, count) for kind, count in owned if count],
        "others": others,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, PAGE, context, status=status)


def _give(
    request: MemberRequest, owner: Membership, to: Membership, kinds: list[Kind]
) -> HttpResponse:
    count = transferring.transfer(
        kinds=[kind.model for kind in kinds],
        owner=owner,
        to=to,
        by=request.member,
        at=timezone.now(),
    )
    text = ngettext(
        "%(count)s record belongs to %(name)s now.",
        "%(count)s records belong to %(name)s now.",
        count,
    )
    messages.success(request, text % {"count": count, "name": to.name})
    return redirect("workspaces:members", request.workspace.slug)
