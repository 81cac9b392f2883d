"""Moving all deals of a stage at once, however many there are."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet

from crm.deals.models import Deal, Stage, Stay
from crm.fields import queries
from crm.fields.actions import Lacking
from crm.timeline import actions as timeline
from crm.workspaces import bulk
from crm.workspaces.models import Membership

AT_ONCE = 2_000


def empty_stage(*, stage: Stage, to: Stage, by: Membership, at: datetime) -> None:
    """Move every deal of a stage to another, in the caller's transaction; raises Lacking.

    Open ones are told of in their history and in that of whom they are with; closed ones and
    those in the trash only get another place. A few statements for each 2,000 deals.
    """
    open_ones = Deal.objects.filter(stage=stage, status=Deal.Status.OPEN, trashed_at=None)
    _refuse_lacking(open_ones, to)
    while True:
        rows = open_ones.select_for_update(of=("self",)).order_by("pk")
        batch = list(rows.only(*COLUMNS)[:AT_ONCE])
        if not batch:
            break
        _move(batch, stage, to, by, at)
    Deal.objects.filter(stage=stage).update(stage=to, pipeline=to.pipeline_id)


COLUMNS = ("pk", "workspace", "version", "stage_since", "person", "organization")


def _refuse_lacking(rows: QuerySet[Any], to: Stage) -> None:
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
