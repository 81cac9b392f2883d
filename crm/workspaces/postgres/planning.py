"""What the planner knows of tables: of a new one nothing, until somebody looked at it.

A foreign key's check is planned once for each connection. On a table that was never analyzed
every index that begins with the workspace seems as good as the one that finds the row, and a
check through such a one reads all rows of the workspace. Autovacuum comes by within a minute or
so; whoever writes a hundred thousand rows cannot wait for it.
"""

from django.db import connections

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
