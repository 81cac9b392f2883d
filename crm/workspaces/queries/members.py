"""What the one who asks is and sees."""

from types import SimpleNamespace
from typing import Any, cast

from crm.workspaces import permissions
from crm.workspaces.models import Membership
from crm.workspaces.queries.sight import sight
from crm.workspaces.statements import Given


def stand_in(role: str) -> Membership:
    """Whoever of this role will ask, for `visible_to` in a statement; `asker` gives the values."""
    sees = SimpleNamespace(teammates=Given("mates"), above=Given("above"))
    return cast(Membership, SimpleNamespace(pk=Given("me"), role=role, known_sight=sees))


def asker(member: Membership) -> dict[str, Any]:
    """What a statement for a `stand_in` is given: who asks, and whom he sees through his teams."""
    if permissions.may(member, "records.see_all"):
        return {"me": member.pk, "mates": [], "above": []}
    seen = sight(member)
    return {"me": member.pk, "mates": list(seen.teammates), "above": list(seen.above)}
