"""What notices are about, in words that apps above bring."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from crm.timeline.models import Notice
from crm.workspaces.models import Membership


@dataclass(frozen=True, slots=True)
class Named:
    """What a notice is about besides records, where the member may know of it."""

    uid: UUID
    text: str


# By kind, those of these ids that the member may read; the app that keeps them brings it
Names = Callable[[Membership, Iterable[int]], dict[int, Named]]
joined: dict[str, Names] = {}


def join(kind: str, names: Names) -> None:
    """Bring how rows of a kind that is no record are called."""
    joined[kind] = names


def named(member: Membership, rows: Sequence[Notice], kind: str) -> dict[int, Named]:
    """What these notices are about among the rows of a kind, by the notice."""
    wanted = {
        row.pk: each.object_id
        for row in rows
        for each in row.event.about.all()
        if each.kind == kind
    }
    known = joined[kind](member, set(wanted.values())) if wanted and kind in joined else {}
    return {pk: known[about] for pk, about in wanted.items() if about in known}
