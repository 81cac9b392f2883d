"""Everything a member owns, given to somebody else at once: for when a member leaves."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, F

from crm.fields.actions.handing import WORK
from crm.fields.models import Record, Transfer, kinds
from crm.timeline import actions as timeline
from crm.workspaces.models import Membership

AT_ONCE = 1000
# So long it can be given back
UNDONE_FOR = timedelta(days=30)


class Settled(Exception):
    """This was given back before, or too long ago to be given back."""


def held_by(owner: Membership) -> dict[str, int]:
    """How much of what a member has, by the word of the kind or of the sort of work; no zeros."""
    counts = {word: model.objects.filter(owner=owner) for word, model in kinds().items()}
    counts |= {word: work.open_of(owner) for word, work in WORK.items()}
    found = {word: rows.aggregate(n=Count("pk"))["n"] for word, rows in counts.items()}
    return {word: count for word, count in found.items() if count}


def transfer(
    *,
    lists: Sequence[type[Record]],
    work: Sequence[str] = (),
    owner: Membership,
    to: Membership,
    by: Membership,
    at: datetime,
) -> Transfer:
    """Give all records of these kinds to another owner, what lies in the trash included.

    `work` are the sorts of open work (`handing.WORK`) that go along. Each record and each piece
    of work has the change in its history.
    """
    with transaction.atomic():
        given = {model.kind(): _of_kind(model, owner, to, by, at) for model in lists}
        given |= {word: WORK[word].give(owner, to, by, at) for word in work}
        made: Transfer = Transfer.objects.create(owner=owner, to=to, by=by, at=at, given=given)
        _note("records.transferred", made, owner, to, made.count, by)
    return made


def give_back(*, made: Transfer, by: Membership, at: datetime) -> int:
    """Undo a transfer; returns how much went back. Raises Settled.

    What somebody else has by now, and work that is done by now, stays where it is.
    """
    with transaction.atomic():
        held = Transfer.objects.select_for_update().filter(pk=made.pk, undone_at=None).first()
        owner, to = made.owner, made.to
        if held is None or owner is None or to is None or at - made.at > UNDONE_FOR:
            raise Settled
        known, count = kinds(), 0
        for word, pks in held.given.items():
            if word in known:
                count += len(_of_kind(known[word], to, owner, by, at, pks))
            elif word in WORK:
                count += len(WORK[word].give(to, owner, by, at, pks))
        Transfer.objects.filter(pk=held.pk).update(undone_at=at)
        held.at = at
        _note("records.given_back", held, to, owner, count, by)
    return count


def _note(
    verb: str, made: Transfer, owner: Membership, to: Membership, count: int, by: Membership
) -> None:
    known = kinds()
    lists = [known[word].MANY if word in known else word for word in made.given]
    said = {"from": owner.name, "to": to.name, "count": count, "lists": lists}
    timeline.record(verb, by=by, about=[], at=made.at, data=said)


def _of_kind(
    model: type[Record],
    owner: Membership,
    to: Membership,
    by: Membership,
    at: datetime,
    among: Sequence[int] | None = None,
) -> list[int]:
    given: list[int] = []
    while True:
        # Onwards from the last one: whoever gives to himself would find the same ones for ever
        rows = model.objects.select_for_update(of=("self",)).filter(
            owner=owner, pk__gt=given[-1] if given else 0
        )
        if among is not None:
            rows = rows.filter(pk__among=among)
        batch = dict(rows.order_by("pk").values_list("pk", "version")[:AT_ONCE])
        if not batch:
            return given
        model.objects.filter(pk__among=list(batch)).update(
            owner=to, version=F("version") + 1, updated_by=by, updated_at=at
        )
        _tell(model, batch, owner, to, by, at)
        given += batch


def _tell(
    model: type[Record],
    batch: dict[int, int],
    owner: Membership,
    to: Membership,
    by: Membership,
    at: datetime,
) -> None:
    """One event a record, as a change of the owner makes it."""
    said: dict[str, Any] = {
        "changes": {"owner": [owner.pk, to.pk]},
        "words": {"owner": [owner.name, to.name]},
    }
    told = [
        ([(model.kind(), pk)], {**said, "version": version + 1}) for pk, version in batch.items()
    ]
    timeline.record_each(f"{model.kind()}.changed", by=by, told=told, at=at)
