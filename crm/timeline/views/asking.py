"""Which activities a list is asked for."""

from crm.timeline.queries.matching import WHEN, Filter
from crm.timeline.views.naming import as_uid
from crm.workspaces import directory
from crm.workspaces.middleware import MemberRequest
from crm.workspaces.models import Membership
from crm.workspaces.tenancy import required


def asked_for(request: MemberRequest) -> Filter:
    """The filter of an address: `when`, `who` (a member's id, or "all"), `type`…, `q`."""
    asked = request.GET
    when = asked.get("when", "open")
    types = [uid for uid in map(as_uid, asked.getlist("type")) if uid]
    return Filter(
        when=when if when in WHEN else "open",
        assignee=_who(request, asked.get("who", "")),
        types=types,
        words=asked.get("q", "").strip()[:100],
    )


def _who(request: MemberRequest, typed: str) -> Membership | None:
    if typed == "all":
        return None
    for member in members() if typed else ():
        if str(member.uid) == typed:
            return member
    return request.member


def members() -> list[Membership]:
    """Colleagues by name, to whom something may be given."""
    return list(directory.colleagues(required()))
