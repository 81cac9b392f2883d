"""Two records that were made one are two again."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.fields.actions import merging
from crm.fields.queries import merged
from crm.fields.views.kinds import Kind
from crm.fields.views.merging import allow
from crm.workspaces.middleware import MemberRequest


def unmerge(request: MemberRequest, kind: Kind, uid: UUID) -> HttpResponse:
    """POST `merge`, its id: the two are two again."""
    allow(request, kind)
    into = kind.get(request.member, uid)
    for made in merged.merges_into(into):
        if str(made.uid) == request.POST.get("merge", ""):
            break
    else:
        raise Http404
    try:
        _into, other = merging.part(made, by=request.member, at=timezone.now())
    except merging.Parted:
        text = _("These cannot be made two again: one of them was deleted or merged further.")
        messages.error(request, text)
        return redirect(kind.address(request, kind.one, uid))
    messages.success(request, _("%(name)s stands on its own again.") % {"name": other.name})
    return redirect(kind.address(request, kind.one, uid))
