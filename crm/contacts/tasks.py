"""Imports take longer than somebody waits for. That they are due stands in the database."""

from crm.contacts import actions
from crm.workspaces import doorbell

QUEUE = "default"


@doorbell.task("contacts.import", **doorbell.UNLIMITED)
def run(*, workspace_id: int, import_id: int) -> None:
    """Do what is to be done of one import."""
    actions.work(workspace_id=workspace_id, import_id=import_id)


def ring(*, workspace_id: int, import_id: int) -> None:
    """Have an import taken up soon; where the broker is away the scheduler rings later."""
    doorbell.try_ring(run, QUEUE, workspace_id=workspace_id, import_id=import_id)


def ring_all() -> None:
    """Ring for every import that is due."""
    for workspace_id, import_id in actions.due_imports():
        ring(workspace_id=workspace_id, import_id=import_id)
