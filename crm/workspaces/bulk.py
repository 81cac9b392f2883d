"""Many rows at once, past the ORM and still behind the wall.

COPY is refused on tables with row-level security, so rows are copied into a
temporary table first and inserted from there, which row security does check.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connections, models

from crm.workspaces.tenancy import required


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
    table, stage = model._meta.db_table, f"stage_{model._meta.db_table}"
    names = ", ".join([*columns, *staged])
    extra = "".join(f", NULL::text AS {name}" for name in staged)
    made = dict(computed or {})
    into = ", ".join(["workspace_id", *columns, *made])
    values = ", ".join([str(required()), *columns, *made.values()])
    with connections["default"].cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE IF NOT EXISTS {stage} ON COMMIT DELETE ROWS"
            f" AS SELECT *{extra} FROM {table} WITH NO DATA"
        )
        with cursor.copy(f"COPY {stage} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(f"INSERT INTO {table} ({into}) SELECT {values} FROM {stage} {on_conflict}")
        inserted: int = cursor.rowcount
        cursor.execute(f"DELETE FROM {stage}")
    return inserted
