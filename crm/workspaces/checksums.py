"""What each workspace holds, as numbers that two databases can be compared by.

Tables and columns are found in PostgreSQL's own catalogue, so a new table cannot be
forgotten. The hash of a table is the sum of the hashes of its rows: it does not depend on
their order, and sees a row that is there twice.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from psycopg import sql

# Rows that belong to the installation: users, sessions, migrations
INSTALLATION = "-"

# The same text for the same value, whatever the server or the session is set to
SETTINGS = (
    "SET LOCAL timezone = 'UTC'",
    "SET LOCAL datestyle = 'ISO, YMD'",
    "SET LOCAL intervalstyle = 'iso_8601'",
    "SET LOCAL bytea_output = 'hex'",
    "SET LOCAL extra_float_digits = 1",
)
COLUMNS = """
SELECT c.relname, array_agg(a.attname::text ORDER BY a.attname),
       array_agg(a.atttypid = 'bytea'::regtype ORDER BY a.attname)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
  AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped
GROUP BY c.relname ORDER BY c.relname
"""
# Two sums of 64 bits of each row's SHA-256
SUMS = """
SELECT owner, count(*), sum(('x' || left(hash, 16))::bit(64)::bigint::numeric),
       sum(('x' || substr(hash, 17, 16))::bit(64)::bigint::numeric)
FROM (
    SELECT {owner} AS owner,
           encode(sha256(convert_to(ROW({values})::text, 'UTF8')), 'hex') AS hash
    FROM {table}
) rows GROUP BY owner
"""


@dataclass(frozen=True, order=True)
class Checksum:
    """One table of one workspace (its slug): how many rows, and the hash of all of them."""

    workspace: str
    table: str
    rows: int
    digest: str

    def __str__(self) -> str:
        return f"{self.workspace:<24} {self.table:<36} {self.rows:>10}  {self.digest}"

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def take(cursor: Any) -> list[Checksum]:
    """Every table of every workspace, in the snapshot of the cursor's open transaction.

    The cursor's role must see all rows. A table without rows has no line.
    """
    for setting in SETTINGS:
        cursor.execute(setting)
    cursor.execute("SELECT id, slug FROM workspaces_workspace")
    slugs = dict(cursor.fetchall())
    cursor.execute(COLUMNS)
    found = []
    for table, columns, binary in cursor.fetchall():
        cursor.execute(_sums(table, columns, binary))
        for owner, rows, first, second in cursor.fetchall():
            name = slugs.get(owner, f"#{owner}") if owner is not None else INSTALLATION
            found.append(Checksum(name, table, rows, _hex(first) + _hex(second)))
    return sorted(found)


def differences(wanted: Iterable[Checksum], found: Iterable[Checksum]) -> list[str]:
    """One sentence for each table of a workspace that is not the same in both."""
    pairs: dict[tuple[str, str], list[Checksum | None]] = defaultdict(lambda: [None, None])
    for side, lines in enumerate((wanted, found)):
        for line in lines:
            pairs[line.workspace, line.table][side] = line
    return [
        f"{workspace} {table}: {_rows(before)} before, {_rows(after)} now"
        for (workspace, table), (before, after) in sorted(pairs.items())
        if before != after
    ]


def _rows(line: Checksum | None) -> str:
    return f"{line.rows} rows {line.digest[:12]}" if line else "no rows"


def _sums(table: str, columns: list[str], binary: list[bool]) -> sql.Composed:
    """Long binary values are hashed where they lie, instead of as text of twice their length."""
    values = [
        sql.SQL("sha256({})" if is_binary else "{}").format(sql.Identifier(column))
        for column, is_binary in zip(columns, binary, strict=True)
    ]
    if table == "workspaces_workspace":
        owner: sql.Composable = sql.Identifier("id")
    elif "workspace_id" in columns:
        owner = sql.Identifier("workspace_id")
    else:
        owner = sql.SQL("NULL::bigint")
    return sql.SQL(SUMS).format(
        owner=owner, values=sql.SQL(", ").join(values), table=sql.Identifier(table)
    )


def _hex(total: Any) -> str:
    return f"{int(total) % 2**64:016x}"
