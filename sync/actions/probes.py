"""Absence becomes deletion only after a grace, and after asking the server once more."""

from datetime import timedelta

from inbox.actions import follow
from inbox.models import LedgerEntry
from sync.actions import absorb
from sync.actions.run import Run
from sync.providers.base import Gone, RemoteRef

GRACE = timedelta(hours=24)
AT_ONCE = 50


def check(run: Run) -> None:
    """Ask about up to 50 locations that have been absent for a day."""
    with run.reading():
        entries = list(
            LedgerEntry.objects.filter(
                mailbox=run.mailbox, missing_since__lte=run.started_at - GRACE
            )
            .select_related("folder")
            .order_by("missing_since")[:AT_ONCE]
        )
    if not entries:
        return
    by_ref = {RemoteRef(e.folder.name, e.generation, e.number): e for e in entries}
    found = list(run.provider.probe(list(by_ref)))
    lost = [by_ref[answer.ref] for answer in found if isinstance(answer, Gone)]
    there = [by_ref[answer.ref] for answer in found if not isinstance(answer, Gone)]
    with run.writing():
        if there:
            absorb.reappear(mailbox=run.mailbox, entries=there)
        _bury(run, lost)
    run.changed = True


def _bury(run: Run, lost: list[LedgerEntry]) -> None:
    """Believe it: the location leaves the ledger, and the message with its last location."""
    messages = [entry.message_id for entry in lost if entry.message_id is not None]
    if messages:
        follow.gone(mailbox=run.mailbox, messages=messages, at=run.started_at)
    LedgerEntry.objects.filter(pk__in=[entry.pk for entry in lost]).delete()
