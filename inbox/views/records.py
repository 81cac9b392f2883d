"""The conversations of a record, for its page, which composes by address."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from crm.timeline.views import asking
from crm.ui.render import page_or_part
from crm.workspaces.middleware import MemberRequest
from inbox.queries import earlier, sidebar
from inbox.views import listing

TAB = "inbox/of_record.html"


@require_safe
def of_record(request: MemberRequest, workspace: str, kind: str, uid: UUID) -> HttpResponse:
    """The newest conversations of a record, each with who may read it and why it is here."""
    record = asking.record_of(request, kind, uid)
    return page_or_part(request, TAB, context(request, record))


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
        "may_write": bool(side.rows),
        "about": f"{record.kind()}:{record.uid}",
        "earlier_with": _with(request, record, offered),
    }


def _with(request: MemberRequest, record: Any, offered: list[tuple[int, str]]) -> str:
    whys = [why for _thread, why in offered]
    return earlier.called(record, whys, request.member) if offered else ""
