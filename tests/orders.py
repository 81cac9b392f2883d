"""Whether what follows a conversation stands where that does; asked after every story."""

import psycopg

TABLES = ("inbox_threadlabel", "inbox_threadunread")
WRONG = " UNION ALL ".join(
    f"""SELECT '{table}', l.thread_id, l.mailbox_id, l.last_at, e.last_at
    FROM {table} l JOIN inbox_mailboxthread e ON e.workspace_id = l.workspace_id
      AND e.thread_id = l.thread_id AND e.mailbox_id = l.mailbox_id
    WHERE l.last_at IS DISTINCT FROM e.last_at"""
    for table in TABLES
)


def wrong(session: psycopg.Connection) -> list[tuple[object, ...]]:
    """The rows that are out of order; none, or lists show conversations in the wrong place."""
    return session.execute(WRONG).fetchall()
