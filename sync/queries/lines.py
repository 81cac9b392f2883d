"""A line of the ledger."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from inbox.models import Folder, LedgerEntry
from sync.queries import words
from sync.queries.decisions import FINAL, Decision


@dataclass(frozen=True, slots=True)
class Line:
    """One message the server listed, as its decision is shown."""

    uid: str
    subject: str
    sender: str
    internal_date: datetime | None
    folder: Folder
    decision: str
    get_decision_display: str
    reason_text: str
    size: int | None
    can_import: bool
    raw_url: str
    thread_url: str
    remedy: str


def line(entry: LedgerEntry, workspace: str) -> Line:
    """One entry as it is shown to a member who may read the mailbox."""
    message = entry.message
    return Line(
        uid=str(entry.uid),
        subject=message.subject if message else entry.subject,
        sender=(message.sender_name or message.sender_address)
        if message
        else entry.sender_name or entry.sender,
        internal_date=entry.internal_date,
        folder=entry.folder,
        decision=entry.decision,
        get_decision_display=str(Decision(entry.decision).label),
        reason_text=words.why(entry.reason).what,
        remedy=words.why(entry.reason).remedy,
        size=entry.size,
        can_import=entry.decision in (Decision.SKIPPED, Decision.FAILED)
        and entry.reason not in FINAL,
        raw_url=reverse("sync:raw", args=(workspace, entry.uid)) if entry.blob_id else "",
        thread_url=reverse("inbox:thread", args=(workspace, message.thread.uid))
        if message and message.deleted_at is None
        else "",
    )
