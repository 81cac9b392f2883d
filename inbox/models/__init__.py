"""The rows of the inbox, one module a noun."""

from inbox.models.comment import Comment, ThreadGuest
from inbox.models.door import Block, HiddenRow, Welcome
from inbox.models.habit import Habit
from inbox.models.label import MailLabel, ThreadLabel
from inbox.models.ledger import DoorKey, LedgerEntry
from inbox.models.linked import LinkedMessage, Parting, ThreadMerge
from inbox.models.mailbox import (
    Folder,
    Mailbox,
    MailboxMember,
    MailboxTeam,
    TrustedSender,
    Visibility,
)
from inbox.models.message import Attachment, Blob, Message, MessageBody, Participant
from inbox.models.outgoing import Draft, DraftUpload, Outgoing, PendingChange, Upload
from inbox.models.suppression import Suppression
from inbox.models.sweep import Sweep, SweepItem
from inbox.models.template import Template, TemplateUpload
from inbox.models.thread import (
    MailboxThread,
    Thread,
    ThreadKey,
    ThreadLink,
    ThreadUnread,
    ThreadVisit,
)
from inbox.models.wake import Wake

__all__ = [
    "Attachment",
    "Blob",
    "Block",
    "Comment",
    "DoorKey",
    "Draft",
    "DraftUpload",
    "Folder",
    "Habit",
    "HiddenRow",
    "LedgerEntry",
    "LinkedMessage",
    "MailLabel",
    "Mailbox",
    "MailboxMember",
    "MailboxTeam",
    "MailboxThread",
    "Message",
    "MessageBody",
    "Outgoing",
    "Participant",
    "Parting",
    "PendingChange",
    "Suppression",
    "Sweep",
    "SweepItem",
    "Template",
    "TemplateUpload",
    "Thread",
    "ThreadGuest",
    "ThreadKey",
    "ThreadLabel",
    "ThreadLink",
    "ThreadMerge",
    "ThreadUnread",
    "ThreadVisit",
    "TrustedSender",
    "Upload",
    "Visibility",
    "Wake",
    "Welcome",
]
