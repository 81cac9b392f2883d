"""Exports of a workspace: asked for, and downloaded piece by piece."""

from uuid import UUID

from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from crm.workspaces import actions, confirmation, permissions, queries, streaming, tasks
from crm.workspaces.middleware import MemberRequest
from crm.workspaces.models import Export

SIGNER = signing.TimestampSigner(salt="crm.workspaces.export")
# Seconds for which the link on the page works
LINK = 600


@confirmation.required()
@require_POST
def exports(request: MemberRequest, workspace: str) -> HttpResponse:
    """Ask for an export."""
    permissions.require(request.member, "workspace.end")
    try:
        row = actions.ask_export(by=request.member, at=timezone.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("workspaces:departure", workspace=workspace)
    here, asked = request.workspace.pk, row.pk
    transaction.on_commit(lambda: tasks.ring_export(workspace_id=here, export_id=asked))
    messages.success(request, _("The export is being made. You can go on with something else."))
    return redirect("workspaces:departure", workspace=workspace)


@never_cache
@confirmation.required(also_get=True)
@require_GET
def download(request: MemberRequest, workspace: str, export: UUID) -> HttpResponseBase:
    """The archive, for whoever came from the page a moment ago."""
    permissions.require(request.member, "workspace.end")
    now = timezone.now()
    row = Export.objects.filter(uid=export, state=Export.State.READY, expires_at__gt=now).first()
    if row is None:
        raise Http404
    try:
        named = SIGNER.unsign(request.GET.get("token", ""), max_age=LINK)
    except signing.BadSignature:
        named = ""
    if named != str(row.uid):
        messages.error(request, _("This link is over. Here is a new one."))
        return redirect("workspaces:departure", workspace=workspace)
    actions.note_download(export=row, by=request.member, at=now)
    response = StreamingHttpResponse(
        streaming.beside(queries.export_pieces(row)), content_type="application/zip"
    )
    response["Content-Disposition"] = f'attachment; filename="{workspace}.zip"'
    response["Content-Length"] = str(row.size)
    return response
