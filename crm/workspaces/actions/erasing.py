"""A workspace taken away for good."""

from datetime import datetime

from django.db import connections, transaction

from crm.workspaces.actions.accounts import delete_accounts
from crm.workspaces.actions.deleting import delete, loosen
from crm.workspaces.actions.order import order
from crm.workspaces.actions.remembering import remember
from crm.workspaces.models import ErasedWorkspace, Workspace


def erase(*, workspace_id: int, at: datetime) -> ErasedWorkspace | None:
    """Take a workspace away: its rows in every table, its accounts that belong nowhere else.

    Table by table, some thousand rows in each transaction, so that nobody waits for it and being
    interrupted does no harm: the next turn goes on. Returns what is kept for the operator; None
    where it is not due.
    """
    rows = Workspace.objects.using("system").filter(pk=workspace_id, erase_after__lte=at)
    workspace = rows.first()
    if workspace is None:
        return None
    kept = remember(workspace)
    for together in order():
        for model in together:
            loosen(model, workspace_id, set(together))
        for model in together:
            while delete(model, workspace_id):
                pass
    with transaction.atomic("system"):
        list(rows.select_for_update())
        delete_accounts(workspace_id)
        with connections["system"].cursor() as cursor:
            cursor.execute("DELETE FROM workspaces_workspace WHERE id = %s", [workspace_id])
        kept.erased_at = at
        kept.save(update_fields=["erased_at"])
    return kept
