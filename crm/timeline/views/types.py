"""The settings page of the types of activity."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from crm.timeline.actions import preparing
from crm.timeline.actions import types as actions
from crm.timeline.forms import TypeForm
from crm.timeline.models import ActivityType
from crm.timeline.views import naming
from crm.ui.render import page_or_part, say
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest

PAGE = "crm/timeline/types.html"


@require_http_methods(["GET", "HEAD", "POST"])
def types(request: MemberRequest, workspace: str) -> HttpResponse:
    """Every type in its order; POST makes one. Part `rows`."""
    permissions.require(request.member, "activity_types.change")
    form = TypeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.create_type(**form.cleaned_data, by=request.member, at=timezone.now())
        return redirect("timeline:types", workspace)
    preparing.prepare_types()
    context = {
        "place": "settings",
        "section": "activity_types",
        "form": form,
        "types": list(ActivityType.objects.order_by("closed_at", "position", "pk")),
        "edit_form": TypeForm,
    }
    status = 422 if form.errors else 200
    return page_or_part(request, PAGE, context, part="rows", status=status)


@require_POST
def one(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """POST `name` and `icon`, or `closed` 1 or 0."""
    permissions.require(request.member, "activity_types.change")
    row = ActivityType.objects.filter(uid=uid).first()
    if row is None:
        raise Http404
    posted = request.POST
    if "closed" in posted:
        values = {"is_closed": posted["closed"] == "1"}
    else:
        form = TypeForm({"name": row.name, "icon": row.icon} | posted.dict())
        if not form.is_valid():
            text = _("A type needs a name of at most 40 letters.")
            return say(HttpResponse(text, status=422, content_type="text/plain"), text)
        values = form.cleaned_data
    actions.change_type(kind=row, values=values, by=request.member, at=timezone.now())
    return say(HttpResponse(status=204), _("Saved: %(name)s") % {"name": row.name})


@require_POST
def order(request: MemberRequest, workspace: str) -> HttpResponse:
    """POST `uid`… in the order they are to have."""
    permissions.require(request.member, "activity_types.change")
    uids = [naming.as_uid(each) for each in request.POST.getlist("uid")]
    known = {row.uid: row for row in ActivityType.objects.all()}
    rows = [known[uid] for uid in dict.fromkeys(uids) if uid in known]
    actions.order_types(order=rows, by=request.member, at=timezone.now())
    return HttpResponse(status=204)
