"""Writing into the audit log."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connections

from crm.workspaces import chain, opening, tenancy, trail
from crm.workspaces.models import AuditEntry, Membership, User

Kind = AuditEntry.Kind


def note(
    verb: str,
    *,
    at: datetime,
    by: Membership | None = None,
    workspace_id: int | None = None,
    about: str = "",
    data: Mapping[str, Any] | None = None,
    operator: str = "",
) -> None:
    """Add an entry of a known verb in the transaction of what it tells about.

    The workspace is `by`'s, the one given, or the opened one; an unknown verb raises KeyError.
    """
    assert verb in trail.VERBS, verb
    here = workspace_id or (by.workspace_id if by is not None else tenancy.required())
    origin, told = trail.origin(), dict(data or {})
    kind = Kind.MEMBER if by is not None else Kind.FIO
    if operator:
        kind = Kind.OPERATOR
    elif by is not None and origin.token:
        kind, told["token"] = Kind.PROGRAM, origin.token
    entry = AuditEntry(
        workspace_id=here,
        verb=verb,
        at=at,
        kind=kind,
        by_id=by.pk if by is not None else None,
        who=operator or (by.name if by is not None else ""),
        about=about[:254],
        data=told,
        address=origin.address,
    )
    _write(entry, here)


def note_for_user(
    verb: str,
    *,
    user: User,
    at: datetime,
    about: str = "",
    data: Mapping[str, Any] | None = None,
    is_own: bool = True,
    operator: str = "",
) -> None:
    """Add an entry to every workspace the user belongs to.

    `is_own`: he did it himself, unless an `operator` is named.
    """
    rows = Membership.objects.using("system").filter(user=user, is_active=True)
    for member in rows.order_by("pk"):
        by = member if is_own and not operator else None
        here = member.workspace_id
        note(verb, at=at, by=by, workspace_id=here, about=about, data=data, operator=operator)


def _write(entry: AuditEntry, workspace_id: int) -> None:
    if _is_walled_work(workspace_id):
        entry.save(force_insert=True)
    else:
        AuditEntry.unwalled.bulk_create([entry])


def _is_walled_work(workspace_id: int) -> bool:
    """Whether the connection behind the wall makes the change, or else the directory's.

    Entries of a workspace are numbered under a lock that lasts until the transaction ends:
    two connections of one thread that both want it would wait for each other forever.
    """
    walled = connections["default"]
    if not walled.in_atomic_block or opening.opened() != workspace_id:
        return False
    if not connections["system"].in_atomic_block:
        return True
    with walled.cursor() as cursor:
        return chain.is_held(cursor, workspace_id)
