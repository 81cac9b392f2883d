"""What conversations are called where a member is told of them."""

from collections.abc import Iterable

from crm.timeline.queries.titles import Named
from crm.workspaces.models import Membership
from inbox.queries import access


def names(member: Membership, threads: Iterable[int]) -> dict[int, Named]:
    """Those of these threads that the member may read, each by what he may read of it."""
    rows = access.entries(member).filter(thread__in=list(threads)).order_by("last_at")
    found = rows.values_list("thread_id", "thread__uid", "subject")
    return {pk: Named(uid, subject) for pk, uid, subject in found}
