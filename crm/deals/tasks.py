"""Large stages take longer to remove than somebody waits for. That it is due stands in rows."""

from django.db import transaction

from crm.deals.actions import removing
from crm.deals.models import StageRemoval
from crm.workspaces import doorbell

QUEUE = "default"


@doorbell.task("deals.remove_stage", **doorbell.UNLIMITED)
def remove_stage(*, workspace_id: int, removal_id: int) -> None:
    """Go on with the removal of one stage."""
    removing.work(workspace_id=workspace_id, removal_id=removal_id)


def ring(*, workspace_id: int, removal_id: int) -> None:
    """Have a removal taken up soon; where the broker is away the scheduler rings later."""
    doorbell.try_ring(remove_stage, QUEUE, workspace_id=workspace_id, removal_id=removal_id)


def ring_after(removal: StageRemoval) -> None:
    """Ring once what asks for it is committed."""
    here, pk = removal.workspace_id, removal.pk
    transaction.on_commit(lambda: ring(workspace_id=here, removal_id=pk))


def ring_all() -> None:
    """Ring for every removal that is due."""
    for workspace_id, removal_id in removing.due_removals():
        ring(workspace_id=workspace_id, removal_id=removal_id)
