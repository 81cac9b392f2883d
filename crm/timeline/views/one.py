"""An activity made or changed."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crm.timeline import forms
from crm.timeline.actions import activities as actions
from crm.timeline.actions.preparing import prepare_types
from crm.timeline.models import Activity
from crm.timeline.queries import linked
from crm.timeline.views import asking, moments, naming
from crm.ui.render import page_or_part, say, wants_part
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest

FORM = "crm/timeline/activity_form.html"


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: MemberRequest, workspace: str) -> HttpResponse:
    """An activity about the records of `?about=kind:uid`…; part `form`."""
    permissions.require(request.member, "activities.change")
    about = naming.records_in(request, _named(request))
    start = {
        "type": request.GET.get("type", ""),
        "due_on": moments.day_in(request.GET) or moments.today(),
        "due_time": moments.time_in(request.GET),
        "assignee": str(request.member.uid),
        "is_done": bool(request.GET.get("done")),
    }
    form = _form(request, start)
    if request.method == "POST" and form.is_valid():
        values = form.values() | {"is_done": form.cleaned_data["is_done"]}
        made = actions.create_activity(
            values=values, due=form.due(), about=about, by=request.member, at=timezone.now()
        )
        return _saved(request, _("Planned: %(subject)s") % {"subject": made.subject})
    return _asked(request, form, about)


@require_http_methods(["GET", "HEAD", "POST"])
def activity(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """One activity, to be changed; part `form`. 409 where somebody was faster."""
    row = naming.activity_of(request, uid)
    form = _form(request, forms.initial(row), row)
    shown = linked.about_of(request.member, [row])[row.pk]
    if request.method == "POST":
        permissions.require(request.member, "activities.change")
        named = _named(request) if "linked" in request.POST else None
        about = None if named is None else naming.records_in(request, named)
        if form.is_valid():
            return _changed(request, row, form, about, shown)
        return _asked(request, form, shown if about is None else about, row)
    return _asked(request, form, shown, row)


def _changed(
    request: MemberRequest, row: Activity, form: forms.ActivityForm, about: Any, shown: list[Any]
) -> HttpResponse:
    version = request.POST.get("version", "")
    try:
        actions.change_activity(
            activity=row,
            values=form.values(),
            due=form.due(),
            about=about,
            hidden=linked.hidden_links(row, shown),
            by=request.member,
            at=timezone.now(),
            version=moments.version_in(version),
        )
    except actions.Outdated:
        text = _("Somebody changed this activity meanwhile. Look at it once more.")
        form.add_error(None, text)
        fresh = naming.activity_of(request, row.uid)
        return _asked(request, form, shown, fresh, status=409)
    return _saved(request, _("Saved: %(subject)s") % {"subject": form.values()["subject"]})


def _named(request: MemberRequest) -> list[str]:
    return (request.POST if request.method == "POST" else request.GET).getlist("about")


def _form(
    request: MemberRequest, start: dict[str, Any], row: Activity | None = None
) -> forms.ActivityForm:
    types, members = prepare_types(), asking.members()
    if row is not None and row.type not in types:
        types.append(row.type)
    if row is not None and row.assignee and row.assignee not in members:
        members.append(row.assignee)
    return forms.ActivityForm(request.POST or None, types=types, members=members, initial=start)


def _asked(
    request: MemberRequest,
    form: forms.ActivityForm,
    about: list[Any],
    row: Activity | None = None,
    *,
    status: int = 0,
) -> HttpResponse:
    context = {
        "place": "activities",
        "form": form,
        "about": about,
        "activity": row,
        "may_change": permissions.may(request.member, "activities.change"),
    }
    found = status or (422 if form.errors else 200)
    return page_or_part(request, FORM, context, part="form", status=found)


def _saved(request: MemberRequest, text: str) -> HttpResponse:
    """To a part: nothing in its place and a toast; to a page: the list."""
    if wants_part(request):
        return say(HttpResponse(""), text)
    response = redirect("timeline:activities", request.workspace.slug)
    if request.GET.get("from"):
        response["Location"] += "?" + urlencode({"who": request.GET["from"]})
    return response
