"""Which folders of a mailbox come in, chosen."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from crm.workspaces.models import Membership
from inbox.models import Folder, LedgerEntry, Mailbox
from sync.actions.choosing import UNUSUAL
from sync.actions.telling import tell_changed
from sync.actions.waking import make_due
from sync.models import Connection

FOLDER_OFF = "folder_off"


@transaction.atomic
def choose_folders(
    *, by: Membership, mailbox: Mailbox, folders: Sequence[str] | None, at: datetime
) -> None:
    """Read these folders (wire names; None for the usual ones) and no others from now on.

    What waits in the others is left out, and what was left out of these comes in.
    """
    chosen = None if folders is None else sorted(set(folders))
    Connection.objects.filter(mailbox=mailbox).update(folders=chosen)
    for folder in Folder.objects.filter(mailbox=mailbox):
        wanted = folder.role not in UNUSUAL if chosen is None else folder.name in chosen
        if folder.is_synced == wanted:
            continue
        folder.is_synced = wanted
        folder.save(update_fields=["is_synced"])
        rows = LedgerEntry.objects.filter(folder=folder)
        if wanted:
            rows.filter(decision=LedgerEntry.Decision.SKIPPED, reason=FOLDER_OFF).update(
                decision=LedgerEntry.Decision.PENDING, reason="", decided_at=None
            )
        else:
            rows.filter(decision=LedgerEntry.Decision.PENDING).update(
                decision=LedgerEntry.Decision.SKIPPED, reason=FOLDER_OFF, decided_at=at
            )
    tell_changed(mailbox, ["folders"], by=by, at=at)
    make_due(mailbox=mailbox, at=at)
