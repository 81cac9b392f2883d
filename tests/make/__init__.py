"""Rows for stories, made directly: plain functions, each with a sensible default for all.

Call them inside `world.opened()`. What mail looks like when it comes in by itself is
told by the stories of the engine, not here.
"""

from tests.make.about import (
    block,
    comment,
    draft,
    linked,
    mail_label,
    mail_template,
    outgoing,
    suppression,
    upload,
)
from tests.make.boxes import connection, folder, mailbox, team, team_mailbox
from tests.make.mail import (
    CUSTOMER,
    address,
    blob,
    conversation,
    entry,
    listed,
    message,
    new_rfc_id,
    raw,
    thread,
)
from tests.make.records import (
    activity,
    board,
    currency,
    deal,
    lead,
    lost_reason,
    organization,
    person,
    pipeline,
    project,
    task,
    template,
)

__all__ = [
    "CUSTOMER",
    "activity",
    "address",
    "blob",
    "block",
    "board",
    "comment",
    "connection",
    "conversation",
    "currency",
    "deal",
    "draft",
    "entry",
    "folder",
    "lead",
    "linked",
    "listed",
    "lost_reason",
    "mail_label",
    "mail_template",
    "mailbox",
    "message",
    "new_rfc_id",
    "organization",
    "outgoing",
    "person",
    "pipeline",
    "project",
    "raw",
    "suppression",
    "task",
    "team",
    "team_mailbox",
    "template",
    "thread",
    "upload",
]
