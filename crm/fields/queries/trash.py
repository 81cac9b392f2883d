"""What lies in the trash, of all kinds together."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value

from crm.fields.models import Merge, kinds
from crm.timeline.queries import places
from crm.workspaces.models import Membership

ROWS = 50


@dataclass(frozen=True, slots=True)
class Trashed:
    """A record in the trash: since when, and who put it there ("" where nobody did)."""

    kind: str
    pk: int
    uid: UUID
    name: str
    at: datetime
    who: str


def trashed(
    member: Membership, *, kind: str = "", after: str = "", limit: int = ROWS
) -> tuple[list[Trashed], str]:
    """What the member may see of it, the last first, and where the next begins; one query."""
    place = _place(after)
    parts = [
        _of_kind(member, word, model, place)[: limit + 1]
        for word, model in sorted(kinds().items())
        if kind in ("", word)
    ]
    if not parts:
        return [], ""
    ordered = parts[0]
    if len(parts) > 1:
        rows = parts[0].union(*parts[1:], all=True)
        ordered = rows.order_by("-trashed_at", "kind", "-pk")[: limit + 1]
    found = [
        Trashed(word, pk, uid, name, at, who or "") for word, pk, uid, name, at, who in ordered
    ]
    last = found[limit - 1] if len(found) > limit else None
    return found[:limit], f"{last.at.isoformat()}|{last.kind}|{last.pk}" if last else ""


def _of_kind(
    member: Membership, word: str, model: Any, place: tuple[datetime, str, int] | None
) -> QuerySet[Any]:
    # What became a part of another comes back by undoing that
    merged = Merge.objects.filter(kind=word, other_id=OuterRef("pk"), undone_at=None)
    rows = model.objects.trashed_for(member).exclude(Exists(merged))
    if place is not None:
        at, kind, pk = place
        later = Q(trashed_at__lt=at)
        if word > kind:
            later |= Q(trashed_at=at)
        elif word == kind:
            later |= Q(trashed_at=at, pk__lt=pk)
        rows = rows.filter(later)
    named = rows.annotate(kind=Value(word, CharField()), who=F("trashed_by__name"))
    found: QuerySet[Any] = named.order_by("-trashed_at", "-pk").values_list(
        "kind", "pk", "uid", "name", "trashed_at", "who"
    )
    return found


def _place(after: str) -> tuple[datetime, str, int] | None:
    at, _bar, rest = after.partition("|")
    kind, _bar, pk = rest.partition("|")
    since, number = places.read_moment(at), places.read_id(pk)
    return None if since is None or number is None else (since, kind, number)
