"""What became of a message, step by step."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inbox.models import LedgerEntry
from sync.queries.decisions import Decision


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened to a message on its way in; `at` may lie ahead."""

    title: str
    at: datetime | None
    state: str


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
