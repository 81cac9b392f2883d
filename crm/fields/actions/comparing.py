"""Looking for records that may be the same twice, a batch at a time."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.db import connections, transaction
from django.db.models import Q

from crm.fields.models import Compared, Likeness, Record, kinds
from crm.workspaces.models import Membership
from crm.workspaces.tenancy import required

BATCH = 200
# What was changed this lately may still be written down by somebody slower
SETTLED = timedelta(seconds=30)
# What each reason after the strongest one adds
MORE = 3

Pair = tuple[int, int]
Found = dict[Pair, dict[str, int]]


def compare(model: type[Record], *, at: datetime, most: int = BATCH) -> int:
    """Compare the records changed since the last time, oldest first.

    Returns how many were done with: fewer than `most` when all are.
    """
    with transaction.atomic():
        mark, _made = Compared.objects.select_for_update().get_or_create(
            kind=model.kind(), defaults={"until": datetime(1, 1, 1, tzinfo=UTC)}
        )
        beyond = Q(updated_at__gt=mark.until) | Q(updated_at=mark.until, pk__gt=mark.last_id)
        rows = model.objects.filter(beyond, updated_at__gte=mark.until)
        batch = list(rows.order_by("updated_at", "pk").values_list("pk", "updated_at")[:most])
        if not batch:
            return 0
        _write(model, [pk for pk, _changed in batch], at)
        settled = [each for each in batch if each[1] <= at - SETTLED]
        if settled:
            mark.last_id, mark.until = settled[-1]
            mark.save(update_fields=["last_id", "until"])
    return len(settled)


def compare_all(*, at: datetime, most: int = BATCH) -> int:
    """A batch of every kind that may be merged; returns how much the fullest one held."""
    return max(
        (compare(model, at=at, most=most) for model in kinds().values() if model.ALIKE), default=0
    )


def dismiss(*, pair: Likeness, by: Membership, at: datetime) -> None:
    """These are two, and it is not asked again."""
    pair.dismissed_at, pair.dismissed_by = at, by
    pair.save(update_fields=["dismissed_at", "dismissed_by"])


def ask_again(*, pair: Likeness) -> None:
    """Nobody said that these are two."""
    pair.dismissed_at = pair.dismissed_by = None
    pair.save(update_fields=["dismissed_at", "dismissed_by"])


def forget(model: type[Record], ids: Sequence[int]) -> None:
    """What is gone for good is like nothing."""
    touching = Q(first_id__in=ids) | Q(second_id__in=ids)
    Likeness.objects.filter(touching, kind=model.kind()).delete()


def _write(model: type[Record], ids: list[int], at: datetime) -> None:
    """The pairs of these records as they are now; what was dismissed stays so."""
    found = _found(model, ids)
    order = {reason.key: place for place, reason in enumerate(model.ALIKE)}
    touching = Q(first_id__in=ids) | Q(second_id__in=ids)
    for old in Likeness.objects.filter(touching, kind=model.kind(), dismissed_at=None):
        if (old.first_id, old.second_id) not in found:
            old.delete()
    Likeness.objects.bulk_create(
        [
            Likeness(
                kind=model.kind(),
                first_id=first,
                second_id=second,
                reasons=sorted(reasons, key=order.__getitem__),
                score=min(100, max(reasons.values()) + MORE * (len(reasons) - 1)),
                found_at=at,
            )
            for (first, second), reasons in found.items()
        ],
        update_conflicts=True,
        unique_fields=["workspace", "kind", "first_id", "second_id"],
        update_fields=["reasons", "score"],
    )


def _found(model: type[Record], ids: list[int]) -> Found:
    found: Found = defaultdict(dict)
    with connections["default"].cursor() as cursor:
        for reason in model.ALIKE:
            cursor.execute(reason.sql, {"here": required(), "ids": ids})
            for one, other, score in cursor.fetchall():
                pair = (min(one, other), max(one, other))
                found[pair][reason.key] = max(score, found[pair].get(reason.key, 0))
    return found
