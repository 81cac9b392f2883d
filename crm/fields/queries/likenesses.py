"""Records that may be the same twice, as one member sees them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from crm.fields.facts import Words
from crm.fields.models import Likeness, Record
from crm.timeline.queries import places
from crm.workspaces.models import Membership

PAIRS = 25


@dataclass(frozen=True, slots=True)
class Couple:
    """A pair with both its records, and why they look alike."""

    pair: Likeness
    first: Any
    second: Any
    reasons: list[Words]

    @property
    def sides(self) -> tuple[Any, Any]:
        return self.first, self.second


def pairs(
    member: Membership, model: type[Record], *, after: str = "", dismissed: bool = False
) -> tuple[list[Likeness], str]:
    """The likeliest pairs of which the member sees both, and where the next ones begin."""
    seen = model.objects.visible_to(member).order_by().values("pk")
    rows = Likeness.objects.filter(
        kind=model.kind(),
        dismissed_at__isnull=not dismissed,
        first_id__in=seen,
        second_id__in=seen,
    )
    score, _bar, pk = after.partition("|")
    least, number = places.read_id(score), places.read_id(pk)
    if least is not None and number is not None:
        later = Q(score__lt=least) | Q(score=least, pk__gt=number)
        rows = rows.filter(later, score__lte=least)
    found = list(rows.order_by("-score", "pk")[: PAIRS + 1])
    last = found[PAIRS - 1] if len(found) > PAIRS else None
    return found[:PAIRS], f"{last.score}|{last.pk}" if last else ""


def couples(rows: QuerySet[Any], found: Sequence[Likeness]) -> list[Couple]:
    """The pairs with their records; one query, and what `rows` itself loads."""
    ids = {pk for pair in found for pk in (pair.first_id, pair.second_id)}
    known = {row.pk: row for row in rows.filter(pk__in=ids)}
    words = {reason.key: reason.label for reason in rows.model.ALIKE}
    return [
        Couple(
            pair,
            known[pair.first_id],
            known[pair.second_id],
            [words[key] for key in pair.reasons if key in words],
        )
        for pair in found
        if pair.first_id in known and pair.second_id in known
    ]
