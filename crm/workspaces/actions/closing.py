"""The end of a workspace: closed with a time to think again, then taken away for good."""

from datetime import datetime, timedelta

from django.db import connections, models, transaction

from crm.workspaces import chain, parts, tenancy, walls
from crm.workspaces.actions import audit
from crm.workspaces.models import (
    ApiToken,
    ErasedWorkspace,
    Invitation,
    Membership,
    User,
    UserSession,
    Workspace,
)

GRACE = timedelta(days=14)
# Rows taken away in one transaction
AT_ONCE = 5000
# Looked up before a workspace is open; in this order, because they point at each other
DIRECTORY: tuple[type[models.Model], ...] = (ApiToken, Invitation, Membership)


def close_workspace(*, workspace: Workspace, by: Membership, at: datetime) -> Workspace:
    """Close it to everybody and stop all its work; fourteen days later it may be taken away."""
    here = tenancy.open_workspace(workspace.pk)
    with here, transaction.atomic(), transaction.atomic("system"):
        row = Workspace.objects.using("system").select_for_update().get(pk=workspace.pk)
        if row.closed_at is not None:
            return row
        row.closed_at, row.erase_after = at, at + GRACE
        row.closed_by = f"{by.name} <{by.email}>"[:254]
        row.save(update_fields=["closed_at", "erase_after", "closed_by"])
        audit.note("workspace.closed", by=by, at=at, about=row.name)
        for part in parts.joined:
            if part.stop is not None:
                part.stop(at)
    return row


def reopen_workspace(*, workspace: Workspace, by: Membership, at: datetime) -> Workspace:
    """Open it again and go on where it stopped."""
    here = tenancy.open_workspace(workspace.pk)
    with here, transaction.atomic(), transaction.atomic("system"):
        row = Workspace.objects.using("system").select_for_update().get(pk=workspace.pk)
        if row.closed_at is None:
            return row
        row.closed_at, row.erase_after, row.closed_by = None, None, ""
        row.save(update_fields=["closed_at", "erase_after", "closed_by"])
        audit.note("workspace.reopened", by=by, at=at, about=row.name)
        for part in parts.joined:
            if part.resume is not None:
                part.resume(at)
    return row


def due_erasures(*, at: datetime) -> list[int]:
    """The ids of workspaces whose time to think again is over."""
    rows = Workspace.objects.using("system").filter(erase_after__lte=at)
    return list(rows.order_by("pk").values_list("pk", flat=True))


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
    kept = _remember(workspace)
    for together in order():
        for model in together:
            _loosen(model, workspace_id, set(together))
        for model in together:
            while _delete(model, workspace_id):
                pass
    with transaction.atomic("system"):
        list(rows.select_for_update())
        _delete_accounts(workspace_id)
        with connections["system"].cursor() as cursor:
            cursor.execute("DELETE FROM workspaces_workspace WHERE id = %s", [workspace_id])
        kept.erased_at = at
        kept.save(update_fields=["erased_at"])
    return kept


def order() -> list[list[type[models.Model]]]:
    """The walled tables, those that point at others first; what points in circles together.

    What PostgreSQL reckons as others change comes last, or it would be reckoned anew.
    """
    walled = walls.walled_models()
    last: list[type[models.Model]] = [model for model in walled if model.is_reckoned]
    left: dict[type[models.Model], set[type[models.Model]]]
    left = {model: _targets(model) for model in walled if not model.is_reckoned}
    steps: list[list[type[models.Model]]] = []
    while left:
        pointed_at = {target for targets in left.values() for target in targets}
        free = [model for model in left if model not in pointed_at]
        steps += [[model] for model in free] or [list(left)]
        for model in free or list(left):
            del left[model]
    return [*steps, *([model] for model in last)]


def _targets(model: type[models.Model]) -> set[type[models.Model]]:
    walled: set[type[models.Model]] = set(walls.walled_models())
    found: set[type[models.Model]] = {field.related_model for field in walls.links(model)}
    return (found & walled) - {model}


def _remember(workspace: Workspace) -> ErasedWorkspace:
    """What an operator may know afterwards: who ended it and when, and how much there was."""
    known = ErasedWorkspace.objects.using("system").filter(uid=workspace.uid).first()
    if known is not None:
        return known
    with connections["system"].cursor() as cursor:
        told = chain.verify(cursor, workspace.pk)
    counts = {model._meta.db_table: _count(model, workspace.pk) for model in _all()}
    return ErasedWorkspace.objects.using("system").create(
        uid=workspace.uid,
        slug=workspace.slug,
        closed_by=workspace.closed_by,
        closed_at=workspace.closed_at,
        counts={table: count for table, count in counts.items() if count},
        audit_length=told.length,
        audit_head=told.head,
    )


def _all() -> list[type[models.Model]]:
    walled: list[type[models.Model]] = list(walls.walled_models())
    return [*walled, *DIRECTORY]


def _count(model: type[models.Model], workspace_id: int) -> int:
    with connections["system"].cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM {model._meta.db_table} WHERE workspace_id = %s", [workspace_id]
        )
        return int(cursor.fetchone()[0])


def _loosen(
    model: type[models.Model], workspace_id: int, together: set[type[models.Model]]
) -> None:
    """Let rows point at none of those that go with them in the same step, themselves included."""
    for field in walls.links(model):
        if field.related_model in together and field.null:
            table, column = model._meta.db_table, field.column
            some = _some(table, f"AND {column} IS NOT NULL")
            while _run(f"UPDATE {table} SET {column} = NULL WHERE {some}", workspace_id):
                pass


def _delete(model: type[models.Model], workspace_id: int) -> int:
    # In SQL: Django would read every row to look for others that go with it
    table = model._meta.db_table
    return _run(f"DELETE FROM {table} WHERE {_some(table)}", workspace_id)


def _some(table: str, more: str = "") -> str:
    rows = f"SELECT ctid FROM {table} WHERE workspace_id = %s {more} LIMIT {AT_ONCE}"
    return f"ctid = ANY(ARRAY({rows}))"


def _run(statement: str, workspace_id: int) -> int:
    with connections["system"].cursor() as cursor:
        cursor.execute(statement, [workspace_id])
        return int(cursor.rowcount)


def _delete_accounts(workspace_id: int) -> None:
    """Memberships, and accounts that belong to no other workspace, with their sessions."""
    members = Membership.objects.using("system")
    users = list(members.filter(workspace_id=workspace_id).values_list("user_id", flat=True))
    for model in DIRECTORY:
        while _delete(model, workspace_id):
            pass
    elsewhere = set(members.filter(user_id__in=users).values_list("user_id", flat=True))
    alone = User.objects.using("system").filter(pk__in=set(users) - elsewhere, is_staff=False)
    with connections["system"].cursor() as cursor:
        cursor.execute(
            "DELETE FROM django_session WHERE session_key IN (SELECT row"
            " FROM workspaces_usersession WHERE user_id = ANY(%s))",
            [list(alone.values_list("pk", flat=True))],
        )
    UserSession.objects.using("system").filter(user__in=alone).delete()
    alone.delete()
