"""What the planner knows of tables: of a new one nothing, until somebody looked at it.

Nor of a new workspace in old tables, where it takes one row for all that there is.

A foreign key's check is planned once for each connection. On a table that was never analyzed
every index that begins with the workspace seems as good as the one that finds the row, and a
check through such a one reads all rows of the workspace. Autovacuum comes by within a minute or
so; whoever writes a hundred thousand rows cannot wait for it.
"""

import json
from typing import Any

from django.db import connections, models

# Of each column of texts; PostgreSQL itself keeps a hundred, and as many common ones
EXAMPLES = 10
UNKNOWN = """
    SELECT oid::regclass::text FROM pg_class
    WHERE relkind = 'r' AND relrowsecurity AND pg_relation_size(oid) > 0
    AND (reltuples < 0 OR pg_relation_size(oid) > 2 * relpages * current_setting('block_size')::int)
"""


def look() -> list[str]:
    """Analyze the walled tables that doubled since anybody did; their names.

    Outside of transactions: until its end nobody else could analyze them.
    """
    with connections["system"].cursor() as cursor:
        cursor.execute(UNKNOWN)
        tables = [table for (table,) in cursor.fetchall()]
        for table in tables:
            cursor.execute(f"ANALYZE {table}")
    return tables


def learn(workspace_id: int, rows: int, *models: type[models.Model]) -> bool:
    """Analyze these tables where the planner takes a workspace for a quarter of its rows or less.

    `rows` are those of the first table, about. Autovacuum waits until a tenth of a table is
    new, and until then the plans for whoever came last are made for one row: each batch of his
    mail would read all that came before. Outside of transactions, as the statements end theirs;
    what somebody else analyzes is left out.
    """
    tables = [model._meta.db_table for model in models]
    with connections["system"].cursor() as cursor:
        cursor.execute(
            f"EXPLAIN (FORMAT JSON) SELECT FROM {tables[0]} WHERE workspace_id = %s",
            [workspace_id],
        )
        (told,) = cursor.fetchone()
        plan = json.loads(told) if isinstance(told, str) else told
        if plan[0]["Plan"]["Plan Rows"] * 4 > rows:
            return False
        cursor.execute(f"ANALYZE (SKIP_LOCKED) {', '.join(tables)}")
    return True


def keep_few(cursor: Any, model: type[models.Model]) -> None:
    """Keep few examples of texts that are compared letter by letter; run as the owner.

    To guess how many rows are like a word, PostgreSQL compares it with every example of the
    column it has kept, a hundred and more as it comes: longer than finding them takes.
    """
    for index in model._meta.indexes:
        opclasses = getattr(index, "opclasses", ())
        for column, opclass in zip(index.fields, opclasses, strict=False):
            if opclass == "gin_trgm_ops":
                _keep(cursor, model._meta.db_table, column)


def _keep(cursor: Any, table: str, column: str) -> None:
    cursor.execute(
        "SELECT coalesce(attstattarget, -1) FROM pg_attribute"
        " WHERE attrelid = %s::regclass AND attname = %s",
        [table, column],
    )
    if cursor.fetchone()[0] != EXAMPLES:
        cursor.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS {EXAMPLES}")
