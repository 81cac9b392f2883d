"""What stands in a record's history besides its events: kept by apps that know more than this one.

An app brings a slot when it is ready. It reads its rows newest first, as far as the member may
see them, in as many queries however many there are, and names the template of one of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise

from crm.timeline.queries import places
from crm.workspaces.models import Membership


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of a history ends. At one moment events come first, then rows of slots.

    `pk` is the id of an event or, with `in_slot`, of a row.
    """

    at: datetime
    pk: int
    in_slot: bool = False

    def __str__(self) -> str:
        return f"{self.at.isoformat()}|{'s' if self.in_slot else ''}{self.pk}"

    @classmethod
    def read(cls, text: str) -> "Place | None":
        """A place written as text, or None where it is none of ours."""
        value, _bar, pk = text.rpartition("|")
        in_slot = pk.startswith("s")
        at, number = places.read_moment(value), places.read_id(pk.removeprefix("s"))
        return None if at is None or number is None else cls(at, number, in_slot)


@dataclass(frozen=True, slots=True)
class Beside:
    """One row of a slot, at its time; `row` is a tuple of texts, numbers and moments."""

    at: datetime
    pk: int
    row: Any


@dataclass(frozen=True, slots=True)
class Slot:
    """`read` answers up to so many rows after that place, `template` shows one as `row`."""

    word: str
    label: str | Promise
    template: str
    read: Callable[[Membership, Any, Place | None, int], list[Beside]]


joined: list[Slot] = []


def join(slot: Slot) -> None:
    """Bring what stands beside the events."""
    joined.append(slot)
