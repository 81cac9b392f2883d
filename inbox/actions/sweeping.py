"""One thing done to many conversations, step by step, and taken back as a whole.

A few are done at once, and what that changed is written down with it. Of many it is written down
at the beginning which are meant; each step does some of them and says so in one transaction. So
whoever is killed or rung for twice loses and doubles nothing.
"""

import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connections, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.workspaces import bulk, directory, tenancy
from crm.workspaces.models import Membership
from inbox.actions import doing, triage
from inbox.models import MailboxThread, Sweep, SweepItem, Thread
from inbox.queries import access, lists

STEP = 200
# So many are done while somebody waits; more of them in the background
AT_ONCE = 100
LEASE = timedelta(minutes=2)
# Seconds that a worker gives to one before it looks what else there is to do
TURN = 15
# So many a member may have under way in the background
MOST = 5
# The first half of the lock under which a member's are counted
LOCK = 0x53574550
State = Sweep.State

# Each is rung for once in a while: one that cannot go on stands before nobody else's
DUE = """
UPDATE inbox_sweep SET lease_until = now() + make_interval(secs => %s) WHERE id IN (
  SELECT id FROM inbox_sweep WHERE state IN ('running', 'undoing')
  AND (lease_until IS NULL OR lease_until < now())
  ORDER BY id LIMIT 20 FOR UPDATE SKIP LOCKED)
RETURNING workspace_id, id
"""


class TooMany(Exception):
    """The member has as many under way as he may; its text says what to do."""

    def __init__(self) -> None:
        text = _(
            "%(count)s changes to many conversations are under way for you. Wait until one of them"
            " is over, then do this again."
        )
        super().__init__(text % {"count": MOST})


def begin(
    *,
    verb: str,
    said: Mapping[str, Any],
    meant: lists.Filter | Sequence[Thread],
    by: Membership,
    at: datetime,
) -> Sweep:
    """Do it to the conversations of a list, or to these themselves; many are left to `work`.

    What lies in none of the member's mailboxes is left out. Raises triage.UnknownVerb,
    and TooMany where it would be left to `work` beside too many.
    """
    if verb not in doing.VERBS:
        raise triage.UnknownVerb(verb)
    made = Sweep(by=by, verb=verb, said=dict(said), created_at=at)
    found = _meant(meant, by)
    if len(found) > AT_ONCE:
        _require_turn(by)
    # The edge has a transaction open, and every refusal lies behind
    with transaction.atomic(savepoint=False):
        if len(found) <= AT_ONCE:
            _at_once(made, found, at)
        else:
            _later(made, found)
    return made


def _meant(meant: lists.Filter | Sequence[Thread], by: Membership) -> list[int]:
    if isinstance(meant, lists.Filter):
        return lists.matching(meant, access.mailbox_ids(by), by)
    # Of a few it is seen when their rows are locked
    return own(meant, by) if len(meant) > AT_ONCE else [thread.pk for thread in meant]


def _at_once(made: Sweep, found: Sequence[int], at: datetime) -> None:
    entries = triage.own_entries(found, made.by)
    meant = sorted({entry.thread_id for entry in entries})
    changed = doing.do(made.verb, made.said, entries, by=made.by, at=at)
    made.total = made.done = len(meant)
    made.state, made.finished_at = State.DONE, at
    columns = ["thread_id", "is_done", "is_changed", "kept"]
    items = [(pk, True, pk in changed, changed.get(pk, "")) for pk in meant]
    bulk.insert_with(made, SweepItem, "sweep_id", columns, items)


def _later(made: Sweep, found: Sequence[int]) -> None:
    made.total = len(found)
    made.save(force_insert=True)
    SweepItem.objects.bulk_create(
        (SweepItem(sweep=made, thread_id=pk) for pk in found), batch_size=2_000
    )


def _require_turn(by: Membership) -> None:
    """Raises TooMany; of several that begin at once each counts those before it."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, by.pk & 0x7FFFFFFF])
    under_way = Sweep.objects.filter(by=by, finished_at=None, total__gt=AT_ONCE)
    if under_way.count() >= MOST:
        raise TooMany


def own(threads: Sequence[Thread], by: Membership) -> list[int]:
    """Those of the threads that lie in a mailbox of the member's own, by id."""
    rows = MailboxThread.objects.filter(
        thread__in=[each.pk for each in threads], mailbox__in=access.mailbox_ids(by)
    )
    return sorted(set(rows.values_list("thread_id", flat=True)))


def take_back(*, sweep: Sweep, at: datetime) -> bool:
    """Have all of it undone, also what a run is still at; False where it is undone already.

    A few are undone at once, many are left to `work`; raises TooMany where one that is over
    would be left to it beside too many.
    """
    if sweep.state == State.DONE and sweep.total > AT_ONCE:
        _require_turn(sweep.by)
    wanted = Q(pk=sweep.pk, state__in=[State.RUNNING, State.DONE])
    with transaction.atomic(savepoint=False):
        rows = Sweep.objects.select_for_update(of=("self",)).select_related("by")
        found = rows.filter(wanted).first()
        if found is None:
            sweep.refresh_from_db()
            return False
        sweep.by = found.by
        sweep.lease_until = sweep.finished_at = None
        sweep.state, sweep.done = State.UNDOING, found.done
        if found.total <= AT_ONCE:
            _undo(sweep, list(sweep.items.filter(is_changed=True)), at)
            sweep.state, sweep.done, sweep.finished_at = State.UNDONE, 0, at
        sweep.save(update_fields=["state", "done", "lease_until", "finished_at"])
    return True


def work(*, workspace_id: int, sweep_id: int) -> bool:
    """Go on with one for a while; False where there is more, and others have their turn first.

    Where somebody else is at it, nothing.
    """
    ends = time.monotonic() + TURN
    with tenancy.open_workspace(workspace_id):
        while _step(sweep_id):
            if time.monotonic() > ends:
                return False
    return True


@transaction.atomic
def _step(sweep_id: int) -> bool:
    """Some conversations; whether there are more."""
    rows = Sweep.objects.select_for_update(of=("self",), skip_locked=True).select_related("by")
    sweep = rows.filter(pk=sweep_id, state__in=[State.RUNNING, State.UNDOING]).first()
    if sweep is None:
        return False
    now, is_back = timezone.now(), sweep.state == State.UNDOING
    rows_left = SweepItem.objects.filter(sweep=sweep, is_done=is_back).order_by("pk")
    items = [] if directory.has_ended(sweep.by_id) else list(rows_left[:STEP])
    if not items:
        sweep.state = State.UNDONE if is_back else State.DONE
        sweep.finished_at, sweep.lease_until = now, None
    elif is_back:
        _undo(sweep, items, now)
        for item in items:
            item.is_done = item.is_changed = False
        SweepItem.objects.bulk_update(items, ["is_done", "is_changed"])
    else:
        _do(sweep, items, now)
    if items:
        sweep.done += -len(items) if is_back else len(items)
        sweep.lease_until = now + LEASE
    sweep.save()
    return bool(items)


def _do(sweep: Sweep, items: list[SweepItem], now: datetime) -> None:
    entries = triage.own_entries([item.thread_id for item in items], sweep.by)
    changed = doing.do(sweep.verb, sweep.said, entries, by=sweep.by, at=now)
    for item in items:
        item.is_done = True
        item.is_changed = item.thread_id in changed
        item.kept = changed.get(item.thread_id, "")
    SweepItem.objects.bulk_update(items, ["is_done", "is_changed", "kept"])


def _undo(sweep: Sweep, items: list[SweepItem], now: datetime) -> None:
    kept = {item.thread_id: item.kept for item in items if item.is_changed}
    doing.undo(sweep.verb, sweep.said, kept, by=sweep.by, at=now)


def due() -> list[tuple[int, int]]:
    """(workspace id, sweep id) of what is to be done and nobody does; twenty at most.

    Whoever asks rings for them: they are due again when a lease is over.
    """
    with connections["system"].cursor() as cursor:
        cursor.execute(DUE, [LEASE.total_seconds()])
        return sorted((workspace, pk) for workspace, pk in cursor.fetchall())
