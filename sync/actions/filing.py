"""The copy in Sent: proof that a mail left, and where it is filed once and only once."""

from datetime import timedelta

from inbox.models import Folder, Outgoing
from inbox.queries import blobs
from sync.actions import clock, outbox, reading
from sync.actions import lease as leases
from sync.actions.run import Run
from sync.models import Connection
from sync.providers import errors
from sync.providers.base import RemoteRef, SentProbe

State = Outgoing.State
# How long a server that files copies itself is given before we file one
PATIENCE = {True: 15.0, None: 4.0, False: 0.0}
SEEN = frozenset({"\\Seen"})


def look(run: Run) -> None:
    """Search Sent for every mail whose time has come: unknown ones, and sent ones not filed."""
    with run.reading():
        due = list(
            Outgoing.objects.filter(
                mailbox=run.mailbox,
                look_after__lte=clock.now(),
                state__in=[State.UNKNOWN, State.SENT],
            ).order_by("look_after")[:50]
        )
        folders = _folders(run)
    for item in due:
        if not run.has_time:
            return
        found = run.provider.find_sent(_probe(item, folders)) if folders else None
        if item.state == State.UNKNOWN:
            _settle(run, item, found)
        else:
            _file(run, item, found, folders)
        run.changed = True


def _folders(run: Run) -> tuple[str, ...]:
    """Names of the folders a sent copy may be in, the likeliest first."""
    roles = [Folder.Role.SENT, Folder.Role.ALL]
    found = Folder.objects.filter(
        mailbox=run.mailbox, role__in=roles, is_selectable=True, missing_since=None
    )
    return tuple(f.name for f in sorted(found, key=lambda f: roles.index(Folder.Role(f.role))))


def _probe(item: Outgoing, folders: tuple[str, ...]) -> SentProbe:
    since = (item.sending_at or item.created_at).date() - timedelta(days=1)
    return SentProbe(f"<{item.rfc_id}>", folders, since)


def _settle(run: Run, item: Outgoing, found: RemoteRef | None) -> None:
    """Found: it was sent. Not found: look again, and after ten minutes leave it to a person."""
    if found is None:
        now = clock.now()
        with run.writing():
            Outgoing.objects.filter(pk=item.pk, state=State.UNKNOWN).update(
                look_after=outbox.next_look(item.sending_at or now, now)
            )
        return
    with run.reading():
        raw = blobs.data(item.blob_id)
    parsed = reading.pool().parse([raw], [None])[0]
    outbox.sent(run, item, parsed, None)
    _filed(run, item, own=True)


def _file(run: Run, item: Outgoing, found: RemoteRef | None, folders: tuple[str, ...]) -> None:
    """File a copy unless the server has; a copy that cannot be filed does not unsend a mail."""
    with run.reading():
        learned = Connection.objects.get(mailbox=run.mailbox).files_own_sent
        raw = blobs.data(item.blob_id)
    if found is not None:
        _filed(run, item, own=True)
        return
    passed = (clock.now() - (item.sent_at or item.created_at)).total_seconds()
    if passed < PATIENCE[learned] and folders:
        with run.writing():
            Outgoing.objects.filter(pk=item.pk).update(
                look_after=outbox.next_look(item.sent_at or item.created_at, clock.now())
            )
        return
    try:
        if folders:
            run.provider.append(folders[0], raw, SEEN, item.sent_at or clock.now())
            leases.watch("appended")
    except (errors.Permanent, errors.RemoteGone, errors.InsufficientPermissions):
        folders = ()
    _filed(run, item, own=False if folders else None)


def _filed(run: Run, item: Outgoing, *, own: bool | None) -> None:
    """Done with the copy; remember whether this server makes it by itself.

    A copy we filed ourselves just before a crash is found like one the server made, so
    "makes its own" is learned only from the first mail that we have not tried to file.
    """
    with run.writing():
        Outgoing.objects.filter(pk=item.pk).update(is_filed=True, look_after=None)
        if own is not None:
            Connection.objects.filter(mailbox=run.mailbox, files_own_sent=None).update(
                files_own_sent=own
            )
