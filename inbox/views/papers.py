"""Files of the records a mail is about, to be put on it."""

from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from crm.timeline.models import File
from crm.timeline.queries import papers
from crm.ui.render import page_or_part
from crm.workspaces.middleware import MemberRequest
from inbox.actions import files
from inbox.queries import access
from inbox.views import aids

SHOWN = 12


@require_safe
def listed(request: MemberRequest, workspace: str) -> HttpResponse:
    """The files of the person, organization, deal, lead and project, by record."""
    scene = aids.scene_of(request, list(access.mailboxes(request.member)))
    found = [(row, papers.files_of(request.member, row)[:SHOWN]) for row in scene.rows.values()]
    context = {"records": [(row, rows) for row, rows in found if rows]}
    return page_or_part(request, "inbox/record_files.html", context)


@require_POST
def attach(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """Make an upload of a record's file; JSON as of an upload."""
    file = File.objects.visible_to(request.member).filter(uid=uid).first()
    if file is None:
        raise Http404
    row = files.take_file(file=file, by=request.member, at=timezone.now())
    return JsonResponse({"uid": str(row.uid), "filename": row.filename, "size": row.size})
