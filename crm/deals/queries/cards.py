"""Cards of the board and of the forecast: open deals, with no more of them than a card shows."""

from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from crm.deals.models import idle_days

# Cards of a column shown at once; more are asked for when one scrolls there
CARDS = 25


class Card(NamedTuple):
    """An open deal as a card shows it; names are None where there is nobody."""

    pk: int
    uid: UUID
    version: int
    name: str
    value: Decimal | None
    currency: str
    stage_id: int
    stage_since: datetime
    updated_at: datetime
    touched_at: datetime | None
    expected_on: date | None
    rotting_days: int | None
    person: str | None
    organization: str | None
    owner: str | None
    address: str | None
    label_ids: tuple[int, ...]

    def idle(self, at: datetime) -> int | None:
        """For how many days nobody has touched it, where that is too long for its stage."""
        days = idle_days(self.updated_at, self.touched_at, at)
        return days if self.rotting_days is not None and days >= self.rotting_days else None
