"""What a project has to do with: a panel of its page."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crm.contacts.models import Organization, Person
from crm.deals.models import Deal
from crm.fields import spelling
from crm.fields.models import Record
from crm.projects import queries
from crm.projects.actions import links as actions
from crm.projects.models import Project
from crm.projects.views.kind import PROJECTS
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest

KINDS: dict[str, type[Record]] = {"deal": Deal, "person": Person, "organization": Organization}


@require_http_methods(["GET", "HEAD", "POST"])
def links(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """POST `kind` and `name` adds one, `without` (a link's id) takes one out."""
    project = PROJECTS.get(request.member, uid)
    error = ""
    if request.method == "POST":
        permissions.require(request.member, "projects.change")
        error = _change(request, project)
    context: dict[str, Any] = {
        "record": project,
        "links": queries.links_of(project, request.member),
        "error": error,
        "typed": request.POST if error else {},
        "may_change": permissions.may(request.member, "projects.change"),
    }
    return render(request, "crm/projects/links.html", context, status=422 if error else 200)


def _change(request: MemberRequest, project: Project) -> str:
    """Do it; returns what is wrong, or nothing."""
    posted = request.POST
    how: dict[str, Any] = {"project": project, "by": request.member, "at": timezone.now()}
    if posted.get("without"):
        for row in queries.links_of(project, request.member):
            if str(row.uid) == posted["without"]:
                actions.unlink(row=row, **how)
                return ""
        raise Http404
    model, name = KINDS.get(posted.get("kind", "")), posted.get("name", "").strip()[:200]
    if model is None:
        raise Http404
    rows = model.objects.visible_to(request.member).filter(name_key=spelling.sort_key(name))
    to = rows.order_by("pk").first() if name else None
    if to is None:
        return _("There is nothing of this name that you see.")
    try:
        actions.link(to=to, **how)
    except actions.TooMany:
        return _("No more links fit in here.")
    return ""
