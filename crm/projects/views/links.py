"""What a project has to do with: a panel of its page."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crm.fields.queries import searching
from crm.fields.views import lines
from crm.projects import queries
from crm.projects.actions import links as actions
from crm.projects.models import Project
from crm.projects.views.kind import PROJECTS
from crm.timeline.views import naming
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest

LINKED = ("deal", "person", "organization")
FOUND = "crm/projects/links_found.html"
OF_A_KIND = 4


@require_http_methods(["GET", "HEAD", "POST"])
def links(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """GET `find` offers some; POST `about` (kind:uid) adds one, `without` takes one out."""
    project = PROJECTS.get(request.member, uid)
    if "find" in request.GET:
        typed = request.GET["find"].strip()[:100]
        found = searching.search(request.member, typed, limit=OF_A_KIND, of=LINKED)
        offered = lines.offered(request.member, found)
        return render(request, FOUND, {"record": project, "found": offered, "typed": typed})
    error = ""
    if request.method == "POST":
        permissions.require(request.member, "projects.change")
        error = _change(request, project)
    context: dict[str, Any] = {
        "record": project,
        "links": queries.links_of(project, request.member),
        "error": error,
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
    [to] = naming.records_in(request, [posted.get("about", "")])
    if to.kind() not in LINKED:
        raise Http404
    try:
        actions.link(to=to, **how)
    except actions.TooMany:
        return _("No more links fit in here.")
    return ""
