"""The audit log's own wall: entries are numbered, chained by hash, and never changed.

PostgreSQL does it in triggers, so that it holds for every way of writing. No role may
update an entry; deleting is left to the role that works across workspaces, and to it only
for a workspace whose time is over. Whoever can switch triggers off (a superuser) breaks
the chain, and `check_audit` tells where.
"""

from dataclasses import dataclass
from typing import Any

TABLE = "workspaces_auditentry"
# The first half of the advisory lock under which a workspace's entries are numbered; the
# scheduler and the listener hold others of the kind for as long as they live
LOCK = 0x46494FA0

FUNCTIONS = f"""
CREATE OR REPLACE FUNCTION audit_digest(entry {TABLE}) RETURNS bytea
LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
    SELECT sha256(entry.previous || convert_to(jsonb_build_array(
        entry.workspace_id, entry.number, entry.uid,
        to_char(entry.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
        entry.verb, entry.kind, entry.by_id, entry.who, entry.about, entry.data,
        entry.address)::text, 'UTF8'))
$$;
CREATE OR REPLACE FUNCTION audit_chain() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE before record;
BEGIN
    PERFORM pg_advisory_xact_lock({LOCK}, (NEW.workspace_id % 2147483647)::int);
    SELECT number, hash INTO before FROM {TABLE}
        WHERE workspace_id = NEW.workspace_id ORDER BY number DESC LIMIT 1;
    NEW.number := coalesce(before.number, 0) + 1;
    NEW.previous := coalesce(before.hash, ''::bytea);
    NEW.hash := audit_digest(NEW);
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION audit_stands() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is only ever added to';
END $$;
CREATE OR REPLACE FUNCTION audit_stays() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM workspaces_workspace w
               WHERE w.id = OLD.workspace_id AND w.erase_after <= now()) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the audit log is only ever added to';
END $$;
"""

TRIGGERS = {
    "audit_chain": "BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION audit_chain()",
    "audit_no_update": "BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION audit_stands()",
    "audit_no_delete": "BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION audit_stays()",
    "audit_no_truncate": "BEFORE TRUNCATE ON {table} EXECUTE FUNCTION audit_stands()",
}

# Each entry beside what its number and its link should be
BROKEN = f"""
SELECT number, place, is_linked, digest = hash FROM (
    SELECT number, hash, audit_digest(e) AS digest,
           row_number() OVER (ORDER BY number) AS place,
           previous = coalesce(lag(hash) OVER (ORDER BY number), ''::bytea) AS is_linked
    FROM {TABLE} e WHERE workspace_id = %s
) found WHERE number <> place OR NOT is_linked OR digest <> hash ORDER BY number LIMIT 1
"""
HEAD = f"""
SELECT number, encode(hash, 'hex') FROM {TABLE} WHERE workspace_id = %s
ORDER BY number DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How the chain of one workspace stands: its length, its last link, what is wrong with it."""

    length: int
    head: str
    problem: str


def forge(cursor: Any) -> None:
    """Make the functions and triggers; run as the owner of the tables, safe to run again."""
    cursor.execute(FUNCTIONS)
    cursor.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass", [TABLE])
    standing = {name for (name,) in cursor.fetchall()}
    for name, rest in TRIGGERS.items():
        if name not in standing:
            cursor.execute(f"CREATE TRIGGER {name} {rest.format(table=TABLE)}")


def verify(cursor: Any, workspace_id: int) -> Verdict:
    """Follow the chain of one workspace from its first entry to its last."""
    cursor.execute(HEAD, [workspace_id])
    length, head = cursor.fetchone() or (0, "")
    cursor.execute(BROKEN, [workspace_id])
    row = cursor.fetchone()
    return Verdict(length, head, _problem(*row) if row else "")


def is_held(cursor: Any, workspace_id: int) -> bool:
    """Whether this very connection numbers entries of the workspace in an open transaction."""
    cursor.execute(
        "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND classid = %s"
        " AND objid = %s AND pid = pg_backend_pid() AND granted)",
        [LOCK, workspace_id % 2147483647],
    )
    return bool(cursor.fetchone()[0])


def _problem(number: int, place: int, is_linked: bool, is_whole: bool) -> str:
    if not is_whole:
        return f"entry {number} was changed"
    if number != place:
        return f"entry {place} is missing"
    return f"entry {number} does not follow the one before it"
