"""What helps to help with a mailbox, to be taken along."""

from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from crm.workspaces.middleware import MemberRequest
from sync.queries import diagnostics as told
from sync.views.health import find


@require_safe
def diagnostics(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """How the mailbox stands as a file for whoever helps: no secret, no address, no mail."""
    box, now = find(request, uid), timezone.now()
    return JsonResponse(
        told.diagnostics(box, at=now),
        json_dumps_params={"indent": 1, "ensure_ascii": False},
        headers={
            "Content-Disposition": f'attachment; filename="fio-mailbox-{now:%Y%m%d-%H%M}.json"',
            "Cache-Control": "private, no-store",
        },
    )
