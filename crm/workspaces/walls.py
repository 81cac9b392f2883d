"""The second wall: row-level security and composite keys in PostgreSQL.

`migrate` raises it for every walled model, so a new model cannot be forgotten, and
`check_tenancy` looks at what really stands in the database.

A restrictive policy holds for every role that has no BYPASSRLS; it reads
`app.workspace_id` without a default, so a forgotten workspace is an error, not an
empty answer. The bare comparison folds into a one-time filter and stays indexable.
"""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import models

from crm.workspaces import chain
from crm.workspaces.models import Membership
from crm.workspaces.postgres import planning
from crm.workspaces.tenancy import PublicModel, WorkspaceForeignKey, WorkspaceModel

APP_ROLE, SYSTEM_ROLE, OWNER_ROLE = "fio_app", "fio_system", "fio_owner"
EVERYTHING = "SELECT, INSERT, UPDATE, DELETE"
WALL = "workspace_id = current_setting('app.workspace_id')::bigint"

# Not marked leakproof by PostgreSQL, and search behind row security is a sequential scan
# without the mark. The wall guards against our own mistakes, not against hostile SQL.
LEAKPROOF = (
    "ts_match_vq(tsvector, tsquery)",
    "ts_match_qv(tsquery, tsvector)",
    "textlike(text, text)",
    "texticlike(text, text)",
    "arraycontains(anyarray, anyarray)",
    "arrayoverlap(anyarray, anyarray)",
    "jsonb_contains(jsonb, jsonb)",
    "similarity_op(text, text)",
    "word_similarity_op(text, text)",
    "word_similarity_commutator_op(text, text)",
)

# PostgreSQL takes them to be as quick as adding two numbers, and would rather compare every row
# than ask an index which ones may fit
SLOW = (
    "textlike(text, text)",
    "similarity(text, text)",
    "similarity_op(text, text)",
    "word_similarity(text, text)",
    "word_similarity_op(text, text)",
    "word_similarity_commutator_op(text, text)",
)


def walled_models() -> list[type[WorkspaceModel]]:
    """Every table behind the wall."""
    return [m for m in apps.get_models() if issubclass(m, WorkspaceModel) and m._meta.managed]


def links(model: type[models.Model]) -> Iterator[WorkspaceForeignKey]:
    """The keys of a model that point into the same workspace."""
    for field in model._meta.local_concrete_fields:
        if isinstance(field, WorkspaceForeignKey):
            yield field


def index_full_tables(cursor: Any) -> None:
    """Build what the wall will need on tables that are in use; outside transactions."""
    existing = _constraints(cursor)
    wanted = {(m._meta.db_table, "uid") for m in walled_models() if issubclass(m, PublicModel)}
    for model in walled_models():
        wanted |= {(field.related_model._meta.db_table, "id") for field in links(model)}
    for table, column in sorted(wanted - {(Membership._meta.db_table, "id")}):
        name = f"{table}_wall_{column}"
        cursor.execute("SELECT pg_relation_size(%s::regclass)", [table])
        if (table, name) not in existing and cursor.fetchone()[0]:
            cursor.execute(
                f"CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS {name}"
                f" ON {table} (workspace_id, {column})"
            )


def prove(cursor: Any) -> None:
    """Look through the rows that were there before their keys; outside transactions."""
    cursor.execute(
        "SELECT conrelid::regclass::text, conname FROM pg_constraint"
        " WHERE NOT convalidated AND contype = 'f'"
    )
    for table, name in cursor.fetchall():
        cursor.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")


def open_new_tables(cursor: Any) -> None:
    """What this run of `migrate` has made so far is walled and granted, for those who fill it."""
    for model in walled_models():
        table = model._meta.db_table
        cursor.execute(
            "SELECT has_table_privilege(%s, oid, 'SELECT') FROM pg_class"
            " WHERE oid = to_regclass(%s)",
            [APP_ROLE, table],
        )
        if cursor.fetchone() == (False,):
            _open(cursor, model)
            cursor.execute(f"GRANT ALL ON {table} TO {SYSTEM_ROLE}")


def raise_walls(cursor: Any) -> None:
    """Bring every table, constraint and grant to what the models ask for; run as the owner.

    In one transaction that reads no table: others wait for it no longer than a moment.
    """
    existing = _constraints(cursor)
    for model in walled_models():
        table = model._meta.db_table
        _open(cursor, model)
        if issubclass(model, PublicModel):
            _unique(cursor, existing, table, "uid")
        planning.keep_few(cursor, model)
    for model in walled_models():
        for field in links(model):
            _link(cursor, existing, model, field)
    members = Membership._meta.db_table
    _secure(cursor, members)
    _grant(cursor, members, "SELECT")
    cursor.execute(f"GRANT SELECT ON django_migrations TO {APP_ROLE}")
    cursor.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {SYSTEM_ROLE}")
    cursor.execute(f"GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {SYSTEM_ROLE}")
    for model in walled_models():
        if model.is_append_only:
            _add_only(cursor, model._meta.db_table)
    chain.forge(cursor)


def _add_only(cursor: Any, table: str) -> None:
    """Take away what was granted before; only what ends a workspace may delete."""
    cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {APP_ROLE}")
    cursor.execute(f"REVOKE UPDATE, TRUNCATE ON {table} FROM {SYSTEM_ROLE}")


def _open(cursor: Any, model: type[WorkspaceModel]) -> None:
    """To the application, behind the wall."""
    table = model._meta.db_table
    _secure(cursor, table)
    _grant(cursor, table, "SELECT, INSERT" if model.is_append_only else EVERYTHING)


def _secure(cursor: Any, table: str) -> None:
    cursor.execute(
        "SELECT relrowsecurity AND relforcerowsecurity FROM pg_class WHERE oid = %s::regclass",
        [table],
    )
    if not cursor.fetchone()[0]:
        cursor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
    cursor.execute("SELECT policyname FROM pg_policies WHERE tablename = %s", [table])
    policies = {name for (name,) in cursor.fetchall()}
    if "workspace_wall" not in policies:
        cursor.execute(
            f"CREATE POLICY workspace_wall ON {table} AS RESTRICTIVE TO PUBLIC"
            f" USING ({WALL}) WITH CHECK ({WALL})"
        )
    if "workspace_rows" not in policies:
        cursor.execute(
            f"CREATE POLICY workspace_rows ON {table} AS PERMISSIVE TO {APP_ROLE}"
            " USING (true) WITH CHECK (true)"
        )


def _grant(cursor: Any, table: str, rights: str) -> None:
    cursor.execute(f"GRANT {rights} ON {table} TO {APP_ROLE}")
    if "INSERT" not in rights:
        return
    cursor.execute(
        "SELECT pg_get_serial_sequence(%s, attname) FROM pg_attribute"
        " WHERE attrelid = %s::regclass AND attidentity <> ''",
        [table, table],
    )
    for (sequence,) in cursor.fetchall():
        cursor.execute(f"GRANT USAGE ON SEQUENCE {sequence} TO {APP_ROLE}")


def _unique(cursor: Any, existing: set[tuple[str, str]], table: str, column: str) -> None:
    name = f"{table}_wall_{column}"
    if (table, name) in existing:
        return
    existing.add((table, name))
    cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [name])
    how = f"USING INDEX {name}" if cursor.fetchone()[0] else f"(workspace_id, {column})"
    cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} UNIQUE {how}")


def _link(
    cursor: Any,
    existing: set[tuple[str, str]],
    model: type[models.Model],
    field: WorkspaceForeignKey,
) -> None:
    table, column = model._meta.db_table, field.column
    target = field.related_model._meta.db_table
    if target != Membership._meta.db_table:
        _unique(cursor, existing, target, "id")
    name = f"{table}_{column}_wall"[:63]
    if (table, name) in existing:
        return
    cursor.execute(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY (workspace_id, {column})"
        f" REFERENCES {target} (workspace_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID"
    )


def _constraints(cursor: Any) -> set[tuple[str, str]]:
    cursor.execute(
        "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype IN ('u', 'f')"
    )
    return {(table, name) for table, name in cursor.fetchall()}
