"""One run of the sending lane: what broke off, what is due, what nobody knows, what to file."""

from datetime import timedelta

from inbox.models import Mailbox, Outgoing, PendingChange
from sync.actions import changes, clock, filing, outbox, outcome, run, session
from sync.actions import lease as leases
from sync.actions.lease import Lease, LostLease
from sync.actions.run import Run
from sync.models import Connection
from sync.providers import errors

State = Outgoing.State


def push(lease: Lease) -> None:
    """Drain a mailbox's outbox in order for up to 30 seconds.

    A mail is marked as sending before the socket opens and sent at most once; where the
    wire broke at the end, Sent is searched and nothing is repeated.
    """
    try:
        access = session.access(lease)
    except Connection.DoesNotExist:
        return
    with session.reader(access) as provider:
        try:
            current = run.begin(lease, provider)
            if not current.mailbox.is_live or current.mailbox.state == Mailbox.State.NEEDS_REAUTH:
                outcome.rest(lease)
                return
            outbox.recover(current)
            if run.is_deserted(current):
                outbox.hold(current)
                outcome.wait_for_owner(lease)
                return
            outbox.drain(current, session.sender(access), access.address)
            trouble = _network(current)
            _release(current, trouble)
        except LostLease:
            return


def _network(current: Run) -> errors.ProviderError | None:
    """What needs the IMAP side; an error of it says nothing about mail that went out."""
    try:
        filing.look(current)
        changes.tell(current)
    except errors.RateLimited as error:
        with current.writing():
            outcome.hold_back(current.mailbox, clock.now() + outcome.backoff(error, 1))
        return error
    except errors.ProviderError as error:
        return error
    return None


def _release(current: Run, trouble: errors.ProviderError | None) -> None:
    """Come back when the next thing is due; far away if nothing is."""
    now = clock.now()
    with current.reading():
        times = [
            *Outgoing.objects.filter(
                mailbox=current.mailbox, state=State.QUEUED, held_at=None
            ).values_list("send_after", flat=True),
            *Outgoing.objects.filter(mailbox=current.mailbox, look_after__isnull=False).values_list(
                "look_after", flat=True
            ),
            *PendingChange.objects.filter(
                mailbox=current.mailbox, done_at=None, failed_at=None
            ).values_list("not_before", flat=True),
        ]
    due = min(times, default=now + timedelta(hours=6))
    if trouble is not None:
        due = max(due, now + outcome.backoff(trouble, 1))
    fields = {"fail_code": trouble.code if trouble else "", "last_ok_at": now}
    leases.release(current.lease, due_at=due, retry_at=None, fields=fields)
    if current.changed:
        current.tell(at_once=True)
