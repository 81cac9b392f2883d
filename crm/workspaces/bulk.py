"""Many rows at once, past the ORM and still behind the wall.

COPY is refused on tables with row-level security. Rows are sent as columns, an array each, and
inserted by a SELECT from them, which row security does check.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connections, models

from crm.workspaces.postgres.columns import LENGTH, array_of, packed, selected
from crm.workspaces.tenancy import WorkspaceModel, required

# psycopg cuts off what is beyond these, so they travel as what PostgreSQL looks at
WIDE = {"smallint": "bigint", "integer": "bigint"}


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
        values = list(self.rhs)
        written = array_of(values)
        if written is None:
            return f"{lhs} = ANY(%s)", (*params, values)
        kind = LENGTH.sub("", str(self.lhs.output_field.db_type(connection)))
        return f"{lhs} = ANY(%s::{kind}[])", (*params, written)


@ArrayField.register_lookup
class Touching(models.Lookup):
    """`field__touching=values`: as `__overlap`, with all values in one parameter."""

    lookup_name = "touching"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        lhs, params = self.process_lhs(compiler, connection)
        kind = LENGTH.sub("", str(self.lhs.output_field.db_type(connection)))
        return f"{lhs} && %s::{kind}", (*params, list(self.rhs))


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
    kinds = [*_kinds(model, columns), *("text" for _name in staged)]
    into = ", ".join(["workspace_id", *columns, *made])
    values = ", ".join([str(required()), *columns, *made.values()])
    given = selected([*columns, *staged], kinds)
    return _each(
        f"INSERT INTO {model._meta.db_table} ({into})"
        f" SELECT {values} FROM ({given}) s {on_conflict}",
        rows,
        kinds,
    )


def insert_with(
    parent: WorkspaceModel,
    model: type[models.Model],
    key: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
) -> None:
    """Insert one row and the few that point at it by the column `key`, in one statement.

    `parent` is given its id, as saving it would.
    """
    connection: Any = connections["default"]
    parent.stamp()
    own = [field for field in parent._meta.concrete_fields if not field.primary_key]
    given = [field.get_db_prep_save(getattr(parent, field.attname), connection) for field in own]
    held = ", ".join(f"%s::{kind}[]" for kind in _kinds(model, columns))
    into, places = ", ".join(str(field.column) for field in own), ", ".join(["%s"] * len(own))
    named, told = ", ".join(columns), ", ".join(f"s.{column}" for column in columns)
    statement = f"""
        WITH made AS (
            INSERT INTO {parent._meta.db_table} ({into}) VALUES ({places}) RETURNING id
        ), hung AS (
            INSERT INTO {model._meta.db_table} (workspace_id, {key}, {named})
            SELECT {required()}, made.id, {told}
            FROM made, unnest({held}) WITH ORDINALITY AS s ({named}, nth) ORDER BY s.nth
        )
        SELECT id FROM made"""
    with connection.cursor() as cursor:
        cursor.execute(
            statement, [*given, *([row[n] for row in rows] for n in range(len(columns)))]
        )
        (parent.pk,) = cursor.fetchone()
    parent._state.adding, parent._state.db = False, "default"


def update(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Change these columns of rows of the opened workspace; each row begins with its id."""
    sets = ", ".join(f"{column} = s.{column}" for column in columns)
    names = ("id", *columns)
    kinds = _kinds(model, names)
    return _each(
        f"UPDATE {model._meta.db_table} t SET {sets} FROM ({selected(names, kinds)}) s"
        f" WHERE t.id = s.id AND t.workspace_id = {required()}",
        rows,
        kinds,
    )


def save(rows: Sequence[WorkspaceModel], columns: Sequence[str]) -> int:
    """Write these columns of rows of one model; the ORM's bulk_update takes fifty times longer."""
    if not rows:
        return 0
    values = ((row.pk, *(getattr(row, column) for column in columns)) for row in rows)
    return update(type(rows[0]), columns, values)


def _each(statement: str, rows: Iterable[Sequence[Any]], kinds: Sequence[str]) -> int:
    """How many rows the statement wrote, said once for every few thousand."""
    written = 0
    connection: Any = connections["default"]
    with connection.columns_cursor() as cursor:
        for columns in packed(rows, kinds):
            cursor.execute(statement, columns)
            written += cursor.rowcount
    return written


def _kinds(model: type[models.Model], columns: Sequence[str]) -> list[str]:
    types = _types(model)
    return [types[column] for column in columns]


@cache
def _types(model: type[models.Model]) -> dict[str, str]:
    """The SQL type of each column; limits of length and size are checked where the rows stay."""
    plain = {
        str(field.column): LENGTH.sub("", str(field.db_type(connections["default"])))
        for field in model._meta.concrete_fields
    }
    return {column: WIDE.get(kind, kind) for column, kind in plain.items()}
