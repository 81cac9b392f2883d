"""The conversations of a record, for its page, which composes by address."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from crm.fields.models import kinds
from crm.ui.render import page_or_part
from crm.workspaces.middleware import MemberRequest
from inbox.queries import earlier, sidebar
from inbox.views import listing

TAB = "inbox/of_record.html"


@require_safe
def of_record(request: MemberRequest, workspace: str, kind: str, uid: UUID) -> HttpResponse:
    """The newest conversations of a record, each with who may read it and why it is here."""
    return page_or_part(request, TAB, context(request, find(request, kind, uid)))


def context(request: MemberRequest, record: Any) -> dict[str, Any]:
    """What inbox/of_record.html takes, in a constant number of queries."""
    side = sidebar.boxes(request.member)
    what = listing.Asked(request.workspace.slug, "search", record=record)
    rows = listing.newest(request, side, what)
    offered = earlier.earlier(record, member=request.member)
    return {
        "record": record,
        "rows": rows,
        "all_url": what.url(),
        "earlier_count": len(offered),
        "earlier_with": earlier.called(record, [why for _thread, why in offered]),
    }


def find(request: MemberRequest, kind: str, uid: UUID) -> Any:
    """A record that the member sees; raises Http404."""
    model = kinds().get(kind)
    record = model.objects.visible_to(request.member).filter(uid=uid).first() if model else None
    if record is None:
        raise Http404
    return record
