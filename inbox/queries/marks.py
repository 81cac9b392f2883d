"""What a colleague has read of a team's mailbox and the member has not, as SQL."""

# Of a row of the list `{e}`
MARKED = """EXISTS (SELECT 1 FROM inbox_threadunread u WHERE u.workspace_id = {here}
    AND u.member_id = %(me)s AND u.thread_id = {e}.thread_id AND u.mailbox_id = {e}.mailbox_id)"""

# The same, as what a list is made of. OFFSET has each row looked up by itself: for a thousand of
# them the planner would read all rows there are
MARKS = """inbox_threadunread u CROSS JOIN LATERAL (SELECT row.* FROM inbox_mailboxthread row
    WHERE row.workspace_id = u.workspace_id AND row.thread_id = u.thread_id
    AND row.mailbox_id = u.mailbox_id OFFSET 0) e"""
