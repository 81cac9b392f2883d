"""The conversations of a record, for its page, which composes by address."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from crm.timeline.views import naming
from crm.ui.render import page_or_part
from crm.workspaces.middleware import MemberRequest
from inbox.queries import earlier, sidebar
from inbox.views import listing

TAB, OFFER = "inbox/of_record.html", "inbox/earlier_offer.html"


@require_safe
def of_record(request: MemberRequest, workspace: str, kind: str, uid: UUID) -> HttpResponse:
    """The newest conversations of a record, each with who may read it and why it is here."""
    record = naming.record_of(request, kind, uid)
    if "offer" in request.GET:
        return page_or_part(request, OFFER, {"record": record} | _offered(request, record))
    return page_or_part(request, TAB, context(request, record))


def context(request: MemberRequest, record: Any) -> dict[str, Any]:
    """What inbox/of_record.html takes, in a constant number of queries.

    Whoever has much mail is shown it first: looking through all of it for more takes as long.
    """
    side = sidebar.boxes(request.member)
    what = listing.Asked(request.workspace.slug, "search", record=record)
    rows = listing.newest(request, side, what)
    is_many = len(rows) >= listing.FEW
    return {
        "record": record,
        "rows": rows,
        "all_url": what.url(),
        "is_offered_later": is_many,
        "may_write": bool(side.rows),
        "about": f"{record.kind()}:{record.uid}",
        **({} if is_many else _offered(request, record)),
    }


def _offered(request: MemberRequest, record: Any) -> dict[str, Any]:
    """What inbox/earlier_offer.html takes besides the record."""
    offered = earlier.earlier(record, member=request.member)
    whys = [why for _thread, why in offered]
    who = earlier.called(record, whys, request.member) if offered else ""
    return {"earlier_count": len(offered), "earlier_with": who}
