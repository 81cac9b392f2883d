"""The end of a stage: at once where it holds few deals, otherwise step by step.

What is left to do are the deals that are still there. So whoever is killed, or rung for twice,
loses and doubles nothing; each step is one transaction that holds the row of the removal.
"""

from datetime import datetime, timedelta

from django.db import connections, transaction
from django.utils import timezone

from crm.deals.actions.emptying import empty_stage, move_some, refuse_lacking
from crm.deals.actions.pipelines import LastOne
from crm.deals.models import Deal, Stage, StageRemoval, Stay
from crm.timeline import actions as timeline
from crm.workspaces import tenancy
from crm.workspaces.models import Membership

# So many deals are moved while somebody waits for the page
AT_ONCE = 500
LEASE = timedelta(minutes=2)
# So long an open page can still ask how it ended
KEPT = timedelta(days=7)

DUE = """
SELECT workspace_id, id FROM deals_stageremoval WHERE finished_at IS NULL AND failed_at IS NULL
AND (lease_until IS NULL OR lease_until < now()) ORDER BY id LIMIT 20
"""


class HasDeals(Exception):
    """A stage cannot go while deals are in it; `count` is how many."""

    def __init__(self, count: int) -> None:
        super().__init__(str(count))
        self.count = count


class Leaving(Exception):
    """The stage, or the one that would take its deals, is being removed or takes others'."""


def remove_stage(
    *, stage: Stage, to: Stage | None, by: Membership, at: datetime
) -> int | StageRemoval:
    """Remove a stage, its deals first moved to another one.

    Returns how many were moved; where there are more than 500, what is now to be done about
    them. Raises HasDeals without a place for them, LastOne where the pipeline had no other
    stage, Leaving, Lacking where open deals have not what the other stage asks for.
    """
    with transaction.atomic():
        _refuse(stage, to)
        count = Deal.objects.filter(stage=stage).count()
        if count and (to is None or to.pk == stage.pk):
            raise HasDeals(count)
        if to is not None:
            refuse_lacking(stage, to)
        if count > AT_ONCE:
            StageRemoval.objects.filter(finished_at__lt=at - KEPT).delete()
            made: StageRemoval = StageRemoval.objects.create(
                stage=stage, name=stage.name, to=to, by=by, total=count
            )
            return made
        _end(stage, to, count, by, at)
    return count


def try_again(*, removal: StageRemoval) -> None:
    """Go on with a removal that broke off."""
    StageRemoval.objects.filter(pk=removal.pk, finished_at=None).update(
        failed_at=None, lease_until=None
    )


def work(*, workspace_id: int, removal_id: int) -> None:
    """Do what is to be done of a removal; where somebody else does, nothing."""
    with tenancy.open_workspace(workspace_id):
        try:
            while _step(removal_id):
                pass
        except Exception:
            with transaction.atomic():
                rows = StageRemoval.objects.filter(pk=removal_id, finished_at=None)
                rows.update(failed_at=timezone.now(), lease_until=None)
            raise


@transaction.atomic
def _step(removal_id: int) -> bool:
    """Up to 2,000 deals, or the end of the stage; whether there is more to do."""
    rows = StageRemoval.objects.select_for_update(of=("self",), skip_locked=True)
    rows = rows.select_related("stage__pipeline", "to__pipeline", "by")
    row = rows.filter(pk=removal_id, finished_at=None, failed_at=None).first()
    if row is None or row.stage is None or row.to is None:
        return False
    now = timezone.now()
    moved = move_some(stage=row.stage, to=row.to, by=row.by, at=now)
    row.done += moved
    row.total, row.lease_until = max(row.total, row.done), now + LEASE
    if not moved:
        _end(row.stage, row.to, row.done, row.by, now)
        row.stage, row.finished_at, row.lease_until = None, now, None
    row.save()
    return moved > 0


def _refuse(stage: Stage, to: Stage | None) -> None:
    # Both pipelines, in one order: else two removals, one into the other's stage, both begin
    pipelines = {stage.pipeline_id, stage.pipeline_id if to is None else to.pipeline_id}
    held = list(Stage.objects.select_for_update().filter(pipeline__in=pipelines).order_by("pk"))
    if not {stage.pk, stage.pk if to is None else to.pk} <= {row.pk for row in held}:
        raise Leaving
    others = {row.pk for row in held if row.pipeline_id == stage.pipeline_id} - {stage.pk}
    under_way = StageRemoval.objects.filter(finished_at=None)
    leaving = set(under_way.values_list("stage", flat=True))
    if not others - leaving:
        raise LastOne
    if stage.pk in leaving or (to is not None and to.pk in leaving):
        raise Leaving
    if under_way.filter(to=stage).exists():
        raise Leaving


def _end(stage: Stage, to: Stage | None, count: int, by: Membership, at: datetime) -> None:
    if to is not None:
        empty_stage(stage=stage, to=to, by=by, at=at)
    Stay.objects.filter(stage=stage).delete()
    data = {"name": stage.name, "moved": count, "to": to.name if to else ""}
    timeline.record("stage.deleted", by=by, about=[stage.pipeline], at=at, data=data)
    stage.delete()


def due_removals() -> list[tuple[int, int]]:
    """(workspace id, removal id) of what is to be done and nobody does; twenty at most."""
    with connections["system"].cursor() as cursor:
        cursor.execute(DUE)
        return [(workspace, pk) for workspace, pk in cursor.fetchall()]
