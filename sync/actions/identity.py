"""After a change of server or user name: is it still the same mailbox?

Read as if it were, another mailbox would be mixed into this one, and all mail that is not
there would be believed deleted a day later.
"""

from datetime import timedelta

from django.db.models import F

from inbox.models import Folder, LedgerEntry, Message
from sync.actions.run import Run
from sync.models import Connection, FolderCursor
from sync.providers import errors
from sync.providers.base import SentProbe

# So many of the newest mails are looked for; with fewer than the least nothing can be told
LOOKED_FOR, LEAST = 12, 3
ROLES = (Folder.Role.INBOX, Folder.Role.ARCHIVE, Folder.Role.ALL, Folder.Role.SENT)


def check(run: Run) -> None:
    """Raise AuthRevoked("mailbox.other") where none of the mail we know is found.

    Where some is, every folder is listed anew and matched with what we have: equal numbers
    of two servers mean nothing.
    """
    with run.reading():
        if Connection.objects.get(mailbox=run.mailbox).is_proven:
            return
        newest = Message.objects.filter(mailbox=run.mailbox, deleted_at=None)
        newest = newest.exclude(rfc_id=None).exclude(rfc_id="").order_by("-received_at")
        known = list(newest.values_list("rfc_id", "received_at")[:LOOKED_FOR])
        used = Folder.objects.filter(ledger__message__rfc_id__in=[i for i, _at in known])
        names = set(used.filter(mailbox=run.mailbox).values_list("name", flat=True))
    if len(known) >= LEAST:
        folders = _folders(run, names)
        probes = (SentProbe(f"<{i}>", folders, at.date() - timedelta(days=7)) for i, at in known)
        if not any(run.provider.find_sent(probe) for probe in probes):
            raise errors.AuthRevoked("mailbox.other")
    with run.writing():
        _list_anew(run)
        Connection.objects.filter(mailbox=run.mailbox).update(is_proven=True)


def _folders(run: Run, names: set[str]) -> tuple[str, ...]:
    """The folders there where mail we know is likeliest: where it was, and the usual ones."""
    listed = [f for f in run.provider.folders() if f.selectable]
    return tuple(f.name for f in listed if f.name in names or str(f.role) in ROLES)


def _list_anew(run: Run) -> None:
    """Forget positions and numbers, and keep the mail; what matches gets its new number."""
    entries = LedgerEntry.objects.filter(mailbox=run.mailbox, generation__gte=0)
    entries.update(generation=-1 - F("generation"))
    FolderCursor.objects.filter(mailbox=run.mailbox).update(
        page=None, snapshot_page=None, snapshot_started_at=run.started_at
    )
