"""The first wall: no query leaves the ORM without naming its workspace.

A workspace is opened for a stretch of work; every query built on a walled model
is filtered by it when its SQL is compiled, not when the queryset is written. So a
queryset made at import time is safe, and a query outside an opened workspace
raises instead of returning everybody's rows.
"""

import os
import time
import uuid
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models.expressions import Expression
from django.db.models.functions import Now
from django.db.models.sql.compiler import SQLCompiler
from django.utils import timezone

from crm.workspaces.opening import (
    ForeignWorkspace,
    Here,
    NoWorkspace,
    open_workspace,
    opened,
    required,
)

__all__ = [
    "DatedModel",
    "ForeignWorkspace",
    "NoWorkspace",
    "PublicModel",
    "UnwalledManager",
    "WalledManager",
    "WorkspaceForeignKey",
    "WorkspaceModel",
    "new_uid",
    "open_workspace",
    "opened",
    "required",
    "walled",
]


class OpenedWorkspace(Expression):
    """The opened workspace, looked up when the SQL is compiled."""

    output_field = models.BigIntegerField()
    contains_aggregate = False
    allowed_default = False

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        # A plain number is an integer, by which no GIN index over a bigint is read
        return "%s::bigint", (Here(required()),)

    def get_group_by_cols(self) -> list[Any]:
        return []


class WalledManager(models.Manager["WorkspaceModel"]):
    """Rows of the opened workspace and no others."""

    use_in_migrations = False

    def get_queryset(self) -> models.QuerySet[Any]:
        return super().get_queryset().filter(workspace_id=OpenedWorkspace())

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        rows = list(objs)
        for row in rows:
            row.stamp()
        return super().bulk_create(rows, *args, **kwargs)


class UnwalledManager(models.Manager["WorkspaceModel"]):
    """Rows of every workspace, on the cross-workspace role; who may use it is listed in a test."""

    use_in_migrations = False

    def get_queryset(self) -> models.QuerySet[Any]:
        return super().get_queryset().using("system")


def walled(queryset: type[models.QuerySet[Any]]) -> Any:
    """The walled manager with the methods of a queryset class."""
    return WalledManager.from_queryset(queryset)()


class WorkspaceForeignKey(models.ForeignKey):  # type: ignore[type-arg]
    """A key into the same workspace.

    A plain foreign key accepts another workspace's id, because PostgreSQL checks it
    without row security. `migrate` therefore adds (workspace_id, x_id) in its place.
    """

    def __init__(self, to: Any, on_delete: Any, **kwargs: Any) -> None:
        kwargs.setdefault("db_constraint", False)
        kwargs.setdefault("db_index", False)
        super().__init__(to, on_delete, **kwargs)


class WorkspaceModel(models.Model):
    """A row that belongs to one workspace."""

    workspace = models.ForeignKey(
        "workspaces.Workspace", models.CASCADE, related_name="+", db_index=False, editable=False
    )

    objects: Any = WalledManager()
    unwalled = UnwalledManager()
    # Rows of such a table are added and read, and otherwise left alone
    is_append_only = False
    # PostgreSQL itself writes such a table as others change: it is nobody's work, and goes last
    is_reckoned = False

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def stamp(self) -> None:
        """Give a new row its workspace, and refuse rows and links of another one."""
        here = required()
        given: int | None = self.workspace_id
        if given is None:
            self.workspace_id = here
        if self.workspace_id != here:
            raise ForeignWorkspace(f"{self._meta.label} belongs to another workspace")
        for field in self._meta.concrete_fields:
            if isinstance(field, WorkspaceForeignKey) and field.is_cached(self):
                other = field.get_cached_value(self)
                if other is not None and getattr(other, "workspace_id", here) != here:
                    raise ForeignWorkspace(f"{self._meta.label}.{field.name} is foreign")

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.stamp()
        super().save(*args, **kwargs)

    @classmethod
    def is_walled(cls) -> bool:
        return True


def new_uid() -> uuid.UUID:
    """A UUID of version 7 (RFC 9562, 5.7): random, yet new rows lie together in the index."""
    head = (int(time.time() * 1000) & (2**48 - 1)) << 80
    chance = int.from_bytes(os.urandom(10))
    low = chance & (2**62 - 1)
    return uuid.UUID(int=head | 7 << 76 | (chance >> 68) << 64 | 2 << 62 | low)


class PublicModel(WorkspaceModel):
    """A row that people and programs name by a public id that tells nothing."""

    uid = models.UUIDField(default=new_uid, editable=False)

    class Meta(WorkspaceModel.Meta):
        abstract = True

    def __str__(self) -> str:
        return str(self.uid)


class DatedModel(PublicModel):
    """A row that says when it was made or last changed, for programs that ask what is new."""

    updated_at = models.DateTimeField(default=timezone.now, db_default=Now(), editable=False)

    class Meta(PublicModel.Meta):
        abstract = True
