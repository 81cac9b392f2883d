"""Moving all deals of a stage at once, however many there are."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import F

from crm.deals.models import Deal, Stage, Stay
from crm.fields import queries
from crm.fields.actions import Lacking
from crm.timeline import actions as timeline
from crm.workspaces import bulk
from crm.workspaces.models import Membership

AT_ONCE = 2_000


def empty_stage(*, stage: Stage, to: Stage, by: Membership, at: datetime) -> None:
    """Move every deal of a stage to another, in the caller's transaction."""
    while move_some(stage=stage, to=to, by=by, at=at):
        pass


def move_some(*, stage: Stage, to: Stage, by: Membership, at: datetime) -> int:
    """Move up to 2,000 deals of a stage to another; returns how many.

    Open ones are told of in their history and in that of whom they are with; closed ones and
    those in the trash only get another place.
    """
    rows = Deal.objects.filter(stage=stage).select_for_update(of=("self",)).order_by("pk")
    open_ones = rows.filter(status=Deal.Status.OPEN, trashed_at=None)
    batch = list(open_ones.only(*COLUMNS)[:AT_ONCE])
    if batch:
        _move(batch, stage, to, by, at)
        return len(batch)
    pks = list(rows.values_list("pk", flat=True)[:AT_ONCE])
    Deal.objects.filter(pk__among=pks).update(stage=to, pipeline=to.pipeline_id)
    return len(pks)


COLUMNS = ("pk", "workspace", "version", "stage_since", "person", "organization")


def refuse_lacking(stage: Stage, to: Stage) -> None:
    """Raise Lacking where an open deal has not what the other stage asks for."""
    rows = Deal.objects.filter(stage=stage, status=Deal.Status.OPEN, trashed_at=None)
    asked = [
        fact
        for fact in queries.facts_of(Deal).values()
        if fact.custom and to.pk in fact.required_in
    ]
    lacking = [fact for fact in asked if rows.exclude(custom__has_key=fact.name).exists()]
    if lacking:
        raise Lacking(lacking)


def _move(batch: Sequence[Deal], stage: Stage, to: Stage, by: Membership, at: datetime) -> None:
    pks = [deal.pk for deal in batch]
    Deal.objects.filter(pk__among=pks).update(
        stage=to,
        pipeline=to.pipeline_id,
        stage_since=at,
        version=F("version") + 1,
        updated_by=by,
        updated_at=at,
    )
    Stay.objects.filter(deal__among=pks, left_at=None).update(left_at=at)
    bulk.insert(Stay, ["deal_id", "stage_id", "entered_at"], ((pk, to.pk, at) for pk in pks))
    told = [(_about(deal), _said(deal, stage, to, at)) for deal in batch]
    timeline.record_each("deal.moved", by=by, told=told, at=at)


def _about(deal: Deal) -> list[tuple[str, int]]:
    links = (("person", deal.person_id), ("organization", deal.organization_id))
    return [(Deal.kind(), deal.pk), *((kind, pk) for kind, pk in links if pk is not None)]


def _said(deal: Deal, stage: Stage, to: Stage, at: datetime) -> dict[str, Any]:
    """What the event of a move says, as a move of one deal does."""
    changes: dict[str, Any] = {
        "stage": [stage.pk, to.pk],
        "stage_since": [deal.stage_since.isoformat(), at.isoformat()],
    }
    words = {"stage": [stage.name, to.name]}
    if stage.pipeline_id != to.pipeline_id:
        changes["pipeline"] = [stage.pipeline_id, to.pipeline_id]
        words["pipeline"] = [stage.pipeline.name, to.pipeline.name]
    return {"changes": changes, "words": words, "version": deal.version + 1}
