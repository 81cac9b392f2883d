"""The ledger line by line."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inbox.models import Folder, LedgerEntry, Mailbox
from sync.queries import words

Decision = LedgerEntry.Decision
PAGE = 50
# Reading these again would end the same way
FINAL = ("too_large", "gone_before_fetch")


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


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened to a message on its way in; `at` may lie ahead."""

    title: str
    at: datetime | None
    state: str


@dataclass(frozen=True, slots=True)
class Filters:
    """What of the ledger is asked for; empty words ask for everything."""

    decision: str = ""
    reason: str = ""
    folder: str = ""
    after: int = 0


def counts(mailbox: Mailbox, filters: Filters) -> list[tuple[str, str, int]]:
    """(value, label, count) of every decision, and first of all of them as "".

    Of what the other filters let through; absent messages are left out.
    """
    rows = dict(
        _narrowed(mailbox, filters).order_by().values_list("decision").annotate(Count("pk"))
    )
    every = [(d.value, str(d.label), rows.get(d.value, 0)) for d in Decision]
    return [("", _("All"), sum(rows.values())), *every]


def _narrowed(mailbox: Mailbox, filters: Filters) -> QuerySet[LedgerEntry]:
    """The entries of a folder and for a reason, whatever was decided."""
    rows: QuerySet[LedgerEntry] = LedgerEntry.objects.filter(mailbox=mailbox, missing_since=None)
    if filters.reason:
        rows = rows.filter(reason=filters.reason)
    return rows.filter(folder__uid=filters.folder) if filters.folder else rows


def page(mailbox: Mailbox, filters: Filters) -> tuple[list[LedgerEntry], int]:
    """Fifty entries, newest listing first, and the key of the next page (0 for none)."""
    rows = _narrowed(mailbox, filters)
    if filters.decision in Decision.values:
        rows = rows.filter(decision=filters.decision)
    if filters.after:
        rows = rows.filter(pk__lt=filters.after)
    found = list(
        rows.select_related("folder", "message", "message__thread").order_by("-pk")[: PAGE + 1]
    )
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else 0


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


def steps(entry: LedgerEntry) -> list[Step]:
    """What happened to one message, first things first; what may still happen comes last."""
    found = [Step(_("The server listed it"), entry.listed_at, "passed")]
    if entry.blob_id is not None:
        found.append(Step(_("Its bytes were kept"), None, "passed"))
    if entry.attempts > 1:
        tried = ngettext("Tried %(count)s time", "Tried %(count)s times", entry.attempts)
        found.append(Step(tried % {"count": entry.attempts}, None, "passed"))
    if entry.decision == Decision.PENDING:
        title = _("Tried again") if entry.not_before else _("Read with the next batch")
        found.append(Step(title, entry.not_before, "waiting"))
    else:
        bad = entry.decision == Decision.FAILED
        label = str(Decision(entry.decision).label)
        found.append(Step(label, entry.decided_at, "failed" if bad else "passed"))
    if entry.missing_since is not None:
        found.append(Step(_("Gone from the server"), entry.missing_since, "failed"))
    return found
