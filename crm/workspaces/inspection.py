"""What really stands in the database: the findings of `check_tenancy`."""

from collections.abc import Iterator
from typing import Any

from django.db import connections, models

from crm.workspaces import walls
from crm.workspaces.models import Membership
from crm.workspaces.tenancy import WorkspaceForeignKey


def findings() -> list[str]:
    """Every hole in the second wall, one sentence each; empty when it stands."""
    with connections["owner"].cursor() as cursor:
        return [
            *_roles(cursor),
            *_tables(cursor),
            *_keys(cursor),
            *_indexes(cursor),
            *_leakproof(cursor),
        ]


def role_problem(cursor: Any) -> str | None:
    """Why the role of this connection could walk through the wall, or None."""
    cursor.execute(
        "SELECT rolname, rolsuper, rolbypassrls,"
        # A session's temporary tables are its own affair
        " EXISTS (SELECT 1 FROM pg_class WHERE relowner = r.oid AND relkind = 'r'"
        " AND relpersistence <> 't')"
        " FROM pg_roles r WHERE rolname = current_user"
    )
    name, is_super, bypasses, owns = cursor.fetchone()
    if is_super:
        return f"the role {name} is a superuser"
    if bypasses:
        return f"the role {name} bypasses row-level security"
    if owns:
        return f"the role {name} owns tables"
    return None


def _roles(cursor: Any) -> Iterator[str]:
    with connections["default"].cursor() as app:
        problem = role_problem(app)
    if problem:
        yield problem


def _tables(cursor: Any) -> Iterator[str]:
    tables: list[type[models.Model]] = [*walls.walled_models(), Membership]
    for model in tables:
        table = model._meta.db_table
        cursor.execute(
            "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = %s::regclass",
            [table],
        )
        if cursor.fetchone() != (True, True):
            yield f"{table} has no forced row-level security"
        cursor.execute(
            "SELECT policyname, permissive, qual, with_check FROM pg_policies WHERE tablename = %s",
            [table],
        )
        policies = {name: rest for name, *rest in cursor.fetchall()}
        wall = policies.pop("workspace_wall", None)
        if wall is None or wall[0] != "RESTRICTIVE" or wall[1] != wall[2]:
            yield f"{table} has no restrictive policy for reading and writing"
        if set(policies) != {"workspace_rows"}:
            yield f"{table} has policies that nobody declared: {sorted(policies)}"
        if getattr(model, "is_append_only", False):
            cursor.execute(
                "SELECT has_table_privilege(%s, %s, 'UPDATE, DELETE, TRUNCATE')",
                [walls.APP_ROLE, table],
            )
            if cursor.fetchone()[0]:
                yield f"{table} can be changed by {walls.APP_ROLE}"
    cursor.execute(
        "SELECT table_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND column_name = 'workspace_id'"
    )
    known = {m._meta.db_table for m in walls.walled_models()} | DIRECTORY
    for (table,) in cursor.fetchall():
        if table not in known:
            yield f"{table} carries a workspace and is not behind the wall"


DIRECTORY = {"workspaces_membership", "workspaces_invitation", "workspaces_apitoken"}


def _keys(cursor: Any) -> Iterator[str]:
    cursor.execute(
        "SELECT conrelid::regclass::text, confrelid::regclass::text, conname,"
        " (SELECT array_agg(attname::text ORDER BY k.ord) FROM unnest(conkey)"
        "  WITH ORDINALITY k(n, ord) JOIN pg_attribute a ON a.attnum = k.n"
        "  AND a.attrelid = conrelid)"
        " FROM pg_constraint WHERE contype = 'f'"
    )
    found = cursor.fetchall()
    tables = {m._meta.db_table for m in walls.walled_models()}
    for table, target, name, columns in found:
        if table in tables and target in tables and columns[:1] != ["workspace_id"]:
            yield f"{table}.{name} accepts rows of another workspace"
    cursor.execute(
        "SELECT conrelid::regclass::text, conname FROM pg_constraint"
        " WHERE NOT convalidated AND contype = 'f'"
    )
    for table, name in cursor.fetchall():
        yield f"{table}.{name} was never proven for the rows that were there before it"
    composite = {(table, tuple(columns)) for table, _target, _name, columns in found}
    for model in walls.walled_models():
        for field in walls.links(model):
            if (model._meta.db_table, ("workspace_id", field.column)) not in composite:
                yield f"{model._meta.db_table}.{field.column} has no composite key"
        for plain in model._meta.local_concrete_fields:
            is_key = isinstance(plain, models.ForeignKey) and plain.name != "workspace"
            if is_key and not isinstance(plain, WorkspaceForeignKey):
                yield f"{model._meta.db_table}.{plain.column} is a plain foreign key"


def _indexes(cursor: Any) -> Iterator[str]:
    across = {name for m in walls.walled_models() for name in getattr(m, "across_workspaces", ())}
    tables = [m._meta.db_table for m in walls.walled_models()]
    cursor.execute(
        "SELECT t.relname, i.relname, a.attname FROM pg_index x"
        " JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid"
        " LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = x.indkey[0]"
        " WHERE NOT x.indisprimary AND t.relname = ANY(%s)",
        [tables],
    )
    for table, index, column in cursor.fetchall():
        if column != "workspace_id" and index not in across:
            yield f"{table}: the index {index} does not begin with the workspace"


def _leakproof(cursor: Any) -> Iterator[str]:
    for function in walls.LEAKPROOF:
        cursor.execute("SELECT proleakproof FROM pg_proc WHERE oid = %s::regprocedure", [function])
        if not cursor.fetchone()[0]:
            yield f"search is degraded: {function} is not marked leakproof"
