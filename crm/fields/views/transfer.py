"""What a member owns and is to do, giving all of it to somebody else, and back."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from crm.fields.actions import handing, transferring
from crm.fields.models import Transfer
from crm.fields.views import lists
from crm.fields.views.kinds import KINDS
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest
from crm.workspaces.models import Membership

PAGE = "crm/fields/settings/transfer.html"
WORK = {
    "activity": gettext_lazy("Open activities"),
    "task": gettext_lazy("Open tasks of projects"),
}
SHOWN = 10


@require_http_methods(["GET", "HEAD", "POST"])
def transfer(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """GET counts what the member owns; POST `to` and `kind`… gives it away."""
    permissions.require(request.member, "records.transfer")
    here = Membership.objects.using("default").filter(workspace_id=request.workspace.pk)
    owner = here.filter(uid=uid).first()
    if owner is None:
        raise Http404
    others = [member for member in lists.members() if member.pk != owner.pk]
    if request.method == "POST":
        to = next((each for each in others if str(each.uid) == request.POST.get("to")), None)
        words = request.POST.getlist("kind")
        if to is not None and {*words} & {*KINDS, *handing.WORK}:
            return _give(request, owner, to, words)
        messages.error(request, _("Say what is given, and to whom."))
    held = transferring.held_by(owner)
    context = {
        "section": "members",
        "owner": owner,
        "owned": [(kind, held[word]) for word, kind in KINDS.items() if word in held],
        "work": [(word, WORK.get(word, word), held[word]) for word in handing.WORK if word in held],
        "others": others,
        "given": _given(owner),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, PAGE, context, status=status)


@require_POST
def give_back(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """A transfer is undone."""
    permissions.require(request.member, "records.transfer")
    made = get_object_or_404(Transfer.objects.select_related("owner", "to"), uid=uid)
    try:
        count = transferring.give_back(made=made, by=request.member, at=timezone.now())
    except transferring.Settled:
        messages.error(request, _("This was given back before, or more than 30 days ago."))
    else:
        messages.success(request, _belong(count, made.owner))
    if made.owner is None:
        return redirect("workspaces:members", workspace)
    return redirect("fields:transfer", workspace, made.owner.uid)


def _give(
    request: MemberRequest, owner: Membership, to: Membership, words: list[str]
) -> HttpResponse:
    made = transferring.transfer(
        lists=[kind.model for word, kind in KINDS.items() if word in words],
        work=[word for word in handing.WORK if word in words],
        owner=owner,
        to=to,
        by=request.member,
        at=timezone.now(),
    )
    messages.success(request, _belong(made.count, to))
    return redirect("fields:transfer", request.workspace.slug, owner.uid)


def _belong(count: int, to: Membership | None) -> str:
    text = ngettext(
        "%(count)s record belongs to %(name)s now.",
        "%(count)s records belong to %(name)s now.",
        count,
    )
    return text % {"count": count, "name": to.name if to else ""}


def _given(owner: Membership) -> list[Transfer]:
    """What can be given back to this member."""
    since = timezone.now() - transferring.UNDONE_FOR
    rows = Transfer.objects.filter(owner=owner, undone_at=None, at__gt=since, to__isnull=False)
    return list(rows.select_related("to", "by").order_by("-at", "-pk")[:SHOWN])
