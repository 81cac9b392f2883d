"""What messages and comments a search is after, as SQL."""

from inbox.queries.search import Search
from inbox.queries.sql import HERE

MESSAGES = (
    "inbox_message m JOIN inbox_messagebody b"
    " ON b.workspace_id = m.workspace_id AND b.message_id = m.id"
)


def probe() -> str:
    """How many messages have the words, counted no further than %(many)s."""
    return (
        f"SELECT count(*) FROM (SELECT 1 FROM inbox_messagebody b WHERE b.workspace_id = {HERE}"
        " AND b.search @@ to_tsquery('fio', %(words)s) LIMIT %(many)s) hits"
    )


def parts(search: Search) -> list[str]:
    """What is asked of a message: words, people, files and dates."""
    found = []
    if search.tsquery:
        found.append("b.search @@ to_tsquery('fio', %(words)s)")
    if search.senders:
        found.append("(m.sender_address || ' ' || m.sender_name) ILIKE ALL(%(senders)s)")
    if search.recipients:
        found.append(
            "EXISTS (SELECT 1 FROM inbox_participant p WHERE p.workspace_id = {here}"
            " AND p.message_id = m.id AND p.role IN ('to', 'cc', 'bcc')"
            " AND (p.address || ' ' || p.name) ILIKE ALL(%(recipients)s))"
        )
    if search.attachment:
        found.append("m.attachment_count > 0")
    if search.before:
        found.append("m.received_at < %(before)s")
    if search.after:
        found.append("m.received_at >= %(after)s")
    return found


def hit(search: Search, alias: str) -> str:
    """Whether an entry holds a message, or a comment, that the search is after."""
    text = (
        f"SELECT 1 FROM {MESSAGES} WHERE m.workspace_id = {{here}} AND m.deleted_at IS NULL"
        f" AND m.thread_id = {alias}.thread_id AND m.mailbox_id = {alias}.mailbox_id"
        f" AND {' AND '.join(parts(search))}"
    )
    said = _said(search)
    if said:
        text += f" UNION ALL SELECT 1 {said} AND c.thread_id = {alias}.thread_id"
        text += f" AND c.mailbox_id = {alias}.mailbox_id"
    return f"{text} LIMIT 1"


def matches(search: Search) -> str:
    """What holds a message, or a comment, that the search is after: (thread, mailbox)."""
    text = (
        f"SELECT DISTINCT m.thread_id, m.mailbox_id FROM {MESSAGES}"
        " WHERE m.workspace_id = {here} AND m.deleted_at IS NULL"
        f" AND {' AND '.join(parts(search))}"
    )
    said = _said(search)
    return f"{text} UNION SELECT c.thread_id, c.mailbox_id {said}" if said else text


def _said(search: Search) -> str:
    """Comments with the words, where only words and days are asked for."""
    of_mail = search.senders or search.recipients or search.subjects or search.attachment
    if of_mail or all(word.startswith("!") for word in search.words):
        return ""
    asked = ["c.search @@ to_tsquery('fio', %(words)s)", "c.removed_at IS NULL"]
    asked += ["c.created_at < %(before)s"] if search.before else []
    asked += ["c.created_at >= %(after)s"] if search.after else []
    return f"FROM inbox_comment c WHERE c.workspace_id = {{here}} AND {' AND '.join(asked)}"
