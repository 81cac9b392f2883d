"""Many rows at once, past the ORM and still behind the wall.

COPY is refused on tables with row-level security, so rows are copied into a
temporary table first and inserted from there, which row security does check.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import chain, islice
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connections, models

from crm.workspaces.tenancy import WorkspaceModel, required


@models.ForeignKey.register_lookup
@models.Field.register_lookup
class Among(models.Lookup):
    """`field__among=values`: as `__in`, with all values in one parameter, however many they are."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        lhs, params = self.process_lhs(compiler, connection)
        if hasattr(self.rhs, "as_sql"):
            rhs, given = compiler.compile(self.rhs)
            return f"{lhs} = ANY({rhs})", (*params, *given)
        return f"{lhs} = ANY(%s)", (*params, list(self.rhs))


@ArrayField.register_lookup
class Touching(models.Lookup):
    """`field__touching=values`: as `__overlap`, with all values in one parameter."""

    lookup_name = "touching"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        lhs, params = self.process_lhs(compiler, connection)
        kind = LENGTH.sub("", str(self.lhs.output_field.db_type(connection)))
        return f"{lhs} && %s::{kind}", (*params, list(self.rhs))


# So many rows are written in one statement, without a temporary table
FEW = 20
LENGTH = re.compile(r"\([\d, ]+\)")
LONG = frozenset({"text", "bytea", "jsonb", "tsvector"})


def new_ids(model: type[models.Model], count: int) -> list[int]:
    """Ids taken from the table's sequence, so that children know their parents in one pass."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [value for (value,) in cursor.fetchall()]


def insert(
    model: type[models.Model],
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    computed: Mapping[str, str] | None = None,
    staged: Sequence[str] = (),
    on_conflict: str = "",
) -> int:
    """Insert rows of the opened workspace; `computed` are columns made by SQL from the others.

    `staged` are texts that end each row only for the computed columns to read.
    Returns how many rows were inserted.
    """
    made = dict(computed or {})
    into = ", ".join(["workspace_id", *columns, *made])
    values = ", ".join([str(required()), *columns, *made.values()])
    with connections["default"].cursor() as cursor:
        stage = _stage(cursor, model, columns, rows, staged)
        cursor.execute(
            f"WITH s AS (DELETE FROM {stage} RETURNING *)"
            f" INSERT INTO {model._meta.db_table} ({into}) SELECT {values} FROM s {on_conflict}"
        )
        inserted: int = cursor.rowcount
    return inserted


def update(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Change these columns of rows of the opened workspace; each row begins with its id."""
    sets = ", ".join(f"{column} = s.{column}" for column in columns)
    change = (
        f"UPDATE {model._meta.db_table} t SET {sets} FROM s"
        f" WHERE t.id = s.id AND t.workspace_id = {required()}"
    )
    left = iter(rows)
    begin = list(islice(left, FEW + 1))
    named = ("id", *columns)
    with connections["default"].cursor() as cursor:
        if len(begin) <= FEW:
            return _update_few(cursor, model, named, begin, change)
        stage = _stage(cursor, model, named, chain(begin, left), ())
        cursor.execute(f"WITH s AS (DELETE FROM {stage} RETURNING *) {change}")
        changed: int = cursor.rowcount
    return changed


def _update_few(
    cursor: Any,
    model: type[models.Model],
    named: Sequence[str],
    rows: Sequence[Sequence[Any]],
    change: str,
) -> int:
    if not rows:
        return 0
    types = _types(model)
    one = ", ".join(f"%s::{types[name]}" for name in named)
    values = ", ".join([f"({one})"] * len(rows))
    given = [value for row in rows for value in row]
    cursor.execute(f"WITH s ({', '.join(named)}) AS (VALUES {values}) {change}", given)
    changed: int = cursor.rowcount
    return changed


def save(rows: Sequence[WorkspaceModel], columns: Sequence[str]) -> int:
    """Write these columns of rows of one model; the ORM's bulk_update takes fifty times longer."""
    if not rows:
        return 0
    values = ((row.pk, *(getattr(row, column) for column in columns)) for row in rows)
    return update(type(rows[0]), columns, values)


def _stage(
    cursor: Any,
    model: type[models.Model],
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    staged: Sequence[str],
) -> str:
    """Copy rows into a temporary table of this connection, empty again when it commits."""
    stage = f"stage_{model._meta.db_table}"
    cursor.execute(_definition(model, stage, tuple(staged)))
    listed = ", ".join([*columns, *staged])
    with cursor.copy(f"COPY {stage} ({listed}) FROM STDIN (FORMAT BINARY)") as copy:
        types = _types(model)
        copy.set_types([*(types[column] for column in columns), *("text" for _name in staged)])
        for row in rows:
            copy.write_row(row)
    return stage


@cache
def _definition(model: type[models.Model], stage: str, staged: tuple[str, ...]) -> str:
    """The temporary table's DDL; long values are not compressed there, only where they stay."""
    columns = ", ".join(
        f"{name} {kind}{' STORAGE EXTERNAL' if kind in LONG else ''}"
        for name, kind in (_types(model) | dict.fromkeys(staged, "text")).items()
    )
    return f"CREATE TEMPORARY TABLE IF NOT EXISTS {stage} ({columns}) ON COMMIT DELETE ROWS"


@cache
def _types(model: type[models.Model]) -> dict[str, str]:
    """The SQL type of each column; limits of length are checked where the rows stay."""
    return {
        str(field.column): LENGTH.sub("", str(field.db_type(connections["default"])))
        for field in model._meta.concrete_fields
    }
