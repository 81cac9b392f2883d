"""One mailbox as operators see it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from inbox.models import Mailbox

# Beyond this a backlog is only said to be larger
MOST_COUNTED = 10_000


@dataclass(slots=True)
class Line:
    """One mailbox; `address` is empty where the operator is no visitor.

    `lag` is the seconds since its last good look, None before the first.
    """

    pk: int
    workspace_id: int
    uid: str
    address: str
    slug: str
    kind: str
    state: str
    state_reason: str
    fail_code: str
    fail_count: int
    lag: float | None
    due_at: datetime | None
    retry_at: datetime | None
    lease_until: datetime | None
    lease_owner: str
    fence: int
    is_heard: bool
    backlog: int = 0
    unsent: int = 0
    rate: float = 0.0

    @property
    def label(self) -> str:
        return str(Mailbox.State(self.state).label)

    @property
    def is_capped(self) -> bool:
        return self.backlog > MOST_COUNTED


def line(row: dict[str, Any], at: datetime) -> Line:
    """One row of the statement as it is shown at this time."""
    looked, heard = row["looked_at"], row["heard_until"]
    held = row["lease_until"] if row["lease_until"] and row["lease_until"] > at else None
    return Line(
        pk=row["id"],
        workspace_id=row["workspace_id"],
        uid=str(row["uid"]),
        address=row["address"],
        slug=row["slug"],
        kind=row["kind"],
        state=row["state"],
        state_reason=row["state_reason"],
        fail_code=row["fail_code"],
        fail_count=row["fail_count"] or 0,
        lag=max(0.0, (at - looked).total_seconds()) if looked else None,
        due_at=row["due_at"],
        retry_at=row["retry_at"] if row["retry_at"] and row["retry_at"] > at else None,
        lease_until=held,
        lease_owner=row["lease_owner"] or "" if held else "",
        fence=row["fence"] or 0,
        is_heard=bool(heard and heard > at),
    )
