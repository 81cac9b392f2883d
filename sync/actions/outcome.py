"""How a run ended: what the mailbox says of itself, and when it is looked at again."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.db.models.functions import Greatest

from crm.timeline import actions as timeline
from inbox.models import Folder, LedgerEntry, Mailbox, Outgoing, PendingChange
from sync.actions import clock, repair, rounds, story
from sync.actions import lease as leases
from sync.actions import pending as still_to_come
from sync.actions import run as runs
from sync.actions.lease import Lease, LostLease
from sync.actions.run import Run
from sync.models import FolderCursor, Schedule
from sync.providers import errors

State = Mailbox.State
# Where somebody listens, a look now and then is a safety net
HEARD, POLLED = timedelta(minutes=10), timedelta(minutes=1)
BLOCKED = timedelta(seconds=30)
# A mailbox row says "in step until" to the minute; a look that found nothing writes no more
PRECISION = timedelta(seconds=60)
# Failures in a row before a person is asked to sign in again, and before a blip is shown
REFUSALS, BLIPS = 3, 3
# What passes by itself only after somebody did something
TOLD_AT_ONCE = {"storage.full"}
# What asking again cannot change
STOPS_AT_ONCE = {"mailbox.other"}
LONGEST = {errors.Transient: timedelta(hours=1), errors.RateLimited: timedelta(hours=1)}
FAR = timedelta(days=3650)


def rest(lease: Lease) -> None:
    """Nothing to do for a mailbox that is paused or deleted."""
    leases.release(lease, due_at=clock.now() + timedelta(hours=1), retry_at=None, fields={})


def wait_for_owner(lease: Lease) -> None:
    """Nothing to do before the owner of the mailbox is back, who should not wait for it then."""
    leases.release(lease, due_at=clock.now() + jittered(POLLED), retry_at=None, fields={})


def went_well(run: Run, *, finished: bool) -> None:
    """The run got through: move "complete until" along and say when to come again."""
    with run.reading():
        standing = _standing(run)
    _describe(run, standing, finished=finished)
    now = clock.now()
    fields = {
        "fail_count": 0,
        "fail_code": "",
        "is_behind": standing.is_behind,
        "last_ok_at": run.started_at if finished else now,
    }
    leases.release(
        run.lease, due_at=now + _pause(standing, finished=finished), retry_at=None, fields=fields
    )
    if run.changed:
        run.tell(at_once=True)


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a mailbox is, from its rows."""

    is_behind: bool
    is_ready: bool
    is_heard: bool
    has_news: bool
    parked: str


def _standing(run: Run) -> Standing:
    pending = LedgerEntry.objects.filter(
        mailbox=run.mailbox,
        decision=LedgerEntry.Decision.PENDING,
        missing_since=None,
        folder__is_synced=True,
    )
    now = clock.now()
    resting = Q(folder__parked_until__gt=now)
    open_folders = rounds.unlisted(run).exclude(resting).exists()
    listing = FolderCursor.objects.filter(mailbox=run.mailbox, snapshot_started_at__isnull=False)
    inbox = Folder.objects.filter(
        mailbox=run.mailbox, role=Folder.Role.INBOX, parked_until__gt=now
    ).first()
    return Standing(
        is_behind=open_folders
        or pending.exclude(resting).exists()
        or listing.exclude(resting).exists(),
        is_ready=open_folders
        or still_to_come.rows(run).exclude(resting).exists()
        or repair.is_open(run),
        is_heard=Schedule.objects.filter(
            mailbox=run.mailbox, lane=run.lease.lane, heard_until__gt=now
        ).exists(),
        has_news=pending.filter(is_news=True).exists(),
        parked=inbox.parked_reason if inbox else "",
    )


def _pause(standing: Standing, *, finished: bool) -> timedelta:
    if standing.is_ready or not finished:
        return timedelta(0)
    if standing.is_behind:
        return BLOCKED
    return jittered(HEARD if standing.is_heard else POLLED)


def jittered(pause: timedelta) -> timedelta:
    """The same give or take a tenth, so that mailboxes do not march in step."""
    return pause * random.uniform(0.9, 1.1)


def _describe(run: Run, standing: Standing, *, finished: bool) -> None:
    """Write the mailbox row where it says something new."""
    box = run.mailbox
    state, reason = State.ACTIVE, ""
    if standing.parked:
        state, reason = State.DEGRADED, standing.parked
    elif standing.is_behind:
        state = State.BACKFILLING
    until = run.started_at if finished and not standing.has_news else box.complete_until
    same = (box.state, box.state_reason) == (state, reason)
    recent = box.last_ok_at is not None and run.started_at - box.last_ok_at < PRECISION
    if same and recent and not run.changed:
        return
    with run.writing():
        Mailbox.objects.filter(pk=box.pk).update(
            state=state,
            state_reason=reason,
            complete_until=until,
            last_ok_at=run.started_at,
        )
        if box.state != state:
            story.moved(box, to=state, at=run.started_at)
    run.changed = run.changed or not same


def failed(lease: Lease, error: errors.ProviderError) -> None:
    """Write down what went wrong, for the person and for the next attempt."""
    try:
        with leases.writing(lease):
            row = Schedule.objects.get(mailbox=lease.mailbox_id, lane=lease.lane)
            count = row.fail_count + 1
            box = Mailbox.objects.get(pk=lease.mailbox_id)
            watchers = runs.watchers(box)
            _blame(box, row, error, count)
            pause = backoff(error, count)
            if isinstance(error, errors.RateLimited):
                hold_back(box, clock.now() + pause)
    except LostLease:
        return
    now = clock.now()
    leases.release(
        lease,
        due_at=now + pause,
        retry_at=now + pause,
        fields={"fail_count": min(count, 30_000), "fail_code": error.code},
    )
    runs.publish(lease, watchers, str(box.uid))


def hold_back(box: Mailbox, until: datetime) -> None:
    """A server that wants a pause gets one from all work there, whichever lane met it.

    Mail goes on leaving: it goes to another server, and older mail that is being brought in
    must never hold up a send. A transaction of the lane's holder is open.
    """
    reading = Schedule.objects.filter(mailbox=box, lane=Schedule.Lane.IN)
    reading.update(retry_at=Greatest("retry_at", until))
    waiting = PendingChange.objects.filter(mailbox=box, done_at=None, failed_at=None)
    waiting.update(not_before=Greatest("not_before", until))
    copies = Outgoing.objects.filter(mailbox=box, look_after__isnull=False)
    copies.update(look_after=Greatest("look_after", until))


def _blame(box: Mailbox, row: Schedule, error: errors.ProviderError, count: int) -> None:
    """Decide what the mailbox says of itself; only refused sign-ins stop it."""
    refused = isinstance(error, errors.AuthRevoked)
    passing = isinstance(error, errors.Transient | errors.RateLimited | errors.CursorExpired)
    is_blip = passing and count < BLIPS and error.code not in TOLD_AT_ONCE
    if is_blip and box.state != State.CONNECTING:
        return
    before, reason = box.state, box.state_reason
    box.state, box.state_reason = State.DEGRADED, error.code
    if (before, reason) != (State.DEGRADED, error.code):
        story.failed(box, code=error.code, at=clock.now())
    if refused and (count >= REFUSALS or error.code in STOPS_AT_ONCE):
        box.state = State.NEEDS_REAUTH
        Schedule.objects.filter(mailbox=box).update(is_enabled=False)
    box.save(update_fields=["state", "state_reason"])
    if box.state == State.NEEDS_REAUTH and before != State.NEEDS_REAUTH:
        timeline.record("mailbox.needs_sign_in", by=None, about=[box], at=clock.now())


def backoff(error: errors.ProviderError, count: int) -> timedelta:
    """How long to leave a failing server alone, doubling with every failure in a row."""
    shortest = 30.0
    if isinstance(error, errors.Transient | errors.RateLimited):
        shortest = max(error.after, 5.0)
    elif isinstance(error, errors.CursorExpired):
        return timedelta(seconds=5)
    longest = LONGEST.get(type(error), timedelta(hours=6))
    pause = timedelta(seconds=shortest * 2 ** min(count - 1, 12))
    return jittered(min(pause, longest))


def retry_time(error: errors.ProviderError, count: int, now: datetime) -> datetime:
    """When something that failed may be tried again."""
    return now + backoff(error, count)
