"""Keeping an address or a domain out: old mail is hidden, new mail left out, all of it undoable."""

import re
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import EmailValidator
from django.db import IntegrityError, connections, transaction
from django.db.models import Exists, Min, OuterRef
from django.utils.translation import gettext as _

from crm.timeline import actions as timeline
from crm.workspaces.models import Membership
from inbox.actions import placing
from inbox.models import (
    Block,
    HiddenRow,
    LedgerEntry,
    Mailbox,
    MailboxThread,
    Message,
    Thread,
    Visibility,
)
from inbox.queries import blocking, insiders

BLOCKED = "blocked"
# So many mails are hidden or shown again in one transaction
AT_ONCE = 1000
# What happened to more threads is told without naming each
NAMED = 20
Decision = LedgerEntry.Decision
# Of the row of a list what nobody could add up again
KEPT = ("visibility", "lifted_at", "assignee_id", "assigned_at", "was_inbox", *placing.STAMPS)
# Whoever hides or shows has so long for a batch; then somebody else is rung for
LEASE = timedelta(minutes=2)
DUE = """
UPDATE inbox_block SET due_at = now() + make_interval(secs => %s) WHERE id IN (
  SELECT id FROM inbox_block WHERE due_at < now() ORDER BY due_at LIMIT 20 FOR UPDATE SKIP LOCKED)
RETURNING workspace_id, id
"""
DOMAIN = re.compile(r"(?=.{3,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")
is_address = EmailValidator()


class AlreadyBlocked(ValidationError):
    """It is kept out already."""


def read_pattern(typed: str) -> str:
    """The address or domain that somebody typed; raises ValidationError for anything else.

    Our own addresses and domains cannot be kept out.
    """
    pattern = typed.strip().lower()
    own = insiders.insiders()
    if pattern.startswith("@"):
        pattern = pattern[1:]
    if "@" in pattern:
        is_address(pattern)
    elif not DOMAIN.fullmatch(pattern):
        raise ValidationError(_("Write an address or a domain, as example.com."), code="pattern")
    if pattern in own.domains or not own.outside([pattern]):
        raise ValidationError(_("This is your own company."), code="own")
    return pattern


def block(*, pattern: str, for_all: bool, by: Membership, at: datetime) -> Block:
    """Keep a pattern of `read_pattern` out of one's own mailboxes, or of all here.

    `hide` does the hiding, batch by batch. Raises AlreadyBlocked, and PermissionDenied for
    whoever may not decide for all.
    """
    if for_all and not blocking.may_block_for_all(by):
        raise PermissionDenied("block")
    whose = None if for_all else by
    if Block.objects.filter(pattern=pattern, member=whose, ended_at=None).exists():
        raise AlreadyBlocked(_("It is blocked already."), code="blocked")
    try:
        with transaction.atomic():
            row: Block = Block.objects.update_or_create(
                pattern=pattern,
                member=whose,
                defaults={"by": by, "created_at": at, "ended_at": None, "due_at": at + LEASE},
            )[0]
    except IntegrityError as error:
        raise AlreadyBlocked(_("It is blocked already."), code="blocked") from error
    timeline.record("mail.blocked", by=by, about=[row], at=at, data={"pattern": pattern})
    return row


def hide(*, row: Block, at: datetime) -> int:
    """Hide the next batch of what a block keeps out; 0 when nothing is left. Twice does no harm."""
    found = blocking.hit(row.pattern, member_id=row.member_id, limit=AT_ONCE)
    if not found:
        return 0
    ids = [pk for pk, _thread, _box in found]
    with transaction.atomic():
        Message.objects.filter(pk__among=ids, deleted_at=None).update(deleted_at=at, block=row)
        LedgerEntry.objects.filter(message__among=ids).update(
            decision=Decision.SKIPPED, reason=BLOCKED, decided_at=at
        )
        pairs = {(thread, box) for _pk, thread, box in found}
        _keep_rows(row, pairs)
        _refresh(pairs)
        _tell("thread.hidden", found, row.by, at)
    return len(found)


def unblock(*, row: Block, by: Membership, at: datetime) -> None:
    """Let it in again; `show` brings back what was hidden. Raises PermissionDenied.

    Of two who do so at once the second finds it done.
    """
    if not blocking.may_lift(by, row):
        raise PermissionDenied("block")
    with transaction.atomic():
        if not Block.objects.select_for_update().filter(pk=row.pk, ended_at=None).exists():
            return
        timeline.record("mail.unblocked", by=by, about=[row], at=at, data={"pattern": row.pattern})
        left_out = LedgerEntry.objects.filter(
            mailbox__in=blocking.boxes(row.member_id), reason=BLOCKED, message=None
        )
        if row.is_domain:
            left_out = left_out.filter(sender__endswith=f"@{row.pattern}")
        else:
            left_out = left_out.filter(sender=row.pattern)
        left_out.filter(decision=Decision.SKIPPED).update(
            decision=Decision.PENDING, reason="", decided_at=None
        )
        row.ended_at, row.due_at = at, at + LEASE
        row.save(update_fields=["ended_at", "due_at"])


def show(*, row: Block, at: datetime) -> int:
    """Show the next batch of what an ended block hid; 0 when nothing is left, and it is gone.

    What is gone from its server meanwhile, or was brought in again, stays away.
    """
    hidden = Message.objects.filter(block=row).order_by("pk")[:AT_ONCE]
    found = list(hidden.values_list("pk", "thread_id", "mailbox_id"))
    if not found:
        Block.objects.filter(pk=row.pk, ended_at__isnull=False).delete()
        return 0
    ids = [pk for pk, _thread, _box in found]
    with transaction.atomic():
        rows = Message.objects.filter(pk__among=ids)
        ever = LedgerEntry.objects.filter(message=OuterRef("pk"))
        again = Message.objects.filter(
            blob=OuterRef("blob"), mailbox=OuterRef("mailbox"), deleted_at=None
        )
        gone = Exists(ever) & ~Exists(ever.filter(missing_since=None))
        back = list(rows.exclude(gone).exclude(Exists(again)).values_list("pk", flat=True))
        rows.update(block=None)
        Message.objects.filter(pk__among=back).update(deleted_at=None)
        _decide_again(back, at)
        pairs = {(thread, box) for _pk, thread, box in found}
        there = {(entry.thread_id, entry.mailbox_id) for entry in _rows_of(pairs)}
        _refresh(pairs)
        _give_back(row, pairs, there)
        _refresh(pairs)
        _tell("thread.shown", found, row.by, at)
    return len(found)


def settle(*, pk: int, at: datetime) -> int:
    """Hide or show the next batch of a block, and say until when nobody else need look."""
    with transaction.atomic():
        row = Block.objects.select_for_update().filter(pk=pk).first()
        if row is None:
            return 0
        done = (hide if row.ended_at is None else show)(row=row, at=at)
        Block.objects.filter(pk=pk).update(due_at=at + LEASE if done else None)
    return done


def due() -> list[tuple[int, int]]:
    """(workspace id, block id) of those that somebody left halfway; twenty at most.

    Whoever asks rings for them.
    """
    with connections["system"].cursor() as cursor:
        cursor.execute(DUE, [LEASE.total_seconds()])
        return sorted((workspace, pk) for workspace, pk in cursor.fetchall())


def _rows_of(pairs: set[placing.Pair]) -> list[MailboxThread]:
    rows = MailboxThread.objects.filter(
        thread__among={thread for thread, _box in pairs}, mailbox__among={box for _t, box in pairs}
    )
    return [entry for entry in rows if (entry.thread_id, entry.mailbox_id) in pairs]


def _keep_rows(row: Block, pairs: set[placing.Pair]) -> None:
    """Remember who reads what is hidden, and where it lay."""
    HiddenRow.objects.bulk_create(
        HiddenRow(
            block=row,
            thread_id=entry.thread_id,
            mailbox_id=entry.mailbox_id,
            was={name: _written(getattr(entry, name)) for name in KEPT},
        )
        for entry in _rows_of(pairs)
    )


def _written(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _give_back(row: Block, pairs: set[placing.Pair], there: set[placing.Pair]) -> None:
    """Who could read it reads it again, and nobody else, whatever the default says by now.

    What was `there` all the time, with other mail, stays as people made it meanwhile.
    """
    was = _as_they_were(row, pairs)
    for entry in _rows_of(pairs):
        pair = entry.thread_id, entry.mailbox_id
        if (values := was.get(pair)) is None:
            continue
        if pair in there:
            seen = Visibility.stricter(entry.visibility, values["visibility"])
            values = {"visibility": seen}
        MailboxThread.objects.filter(pk=entry.pk).update(**values)


def _as_they_were(row: Block, pairs: set[placing.Pair]) -> dict[placing.Pair, dict[str, Any]]:
    """What was kept of these rows: as it stood last, and read by no more than ever since."""
    kept = HiddenRow.objects.filter(block=row, thread__among={thread for thread, _box in pairs})
    told = [(thread, box, values) for thread, box, values in row.kept if (thread, box) in pairs]
    told += kept.order_by("pk").values_list("thread_id", "mailbox_id", "was")
    found: dict[placing.Pair, dict[str, Any]] = {}
    for thread, box, values in told:
        before = found.get((thread, box), values)
        seen = Visibility.stricter(before["visibility"], values["visibility"])
        found[thread, box] = values | {"visibility": seen}
    return found


def _tell(
    verb: str, found: list[tuple[int, int, int]], by: Membership | None, at: datetime
) -> None:
    """Record what happened to these mails, of so many threads by name."""
    threads = sorted({thread for _pk, thread, _box in found})
    boxes = sorted({box for _pk, _thread, box in found})
    rows = list(Thread.objects.filter(pk__in=threads[: NAMED + 1]))
    timeline.record(verb, by=by, about=rows, at=at, data={"mailboxes": boxes})


def _decide_again(messages: list[int], at: datetime) -> None:
    """The first place of a mail is where it was stored, others are the same mail again."""
    places = LedgerEntry.objects.filter(message__among=messages, reason=BLOCKED)
    firsts = list(
        places.values("message").annotate(first=Min("pk")).values_list("first", flat=True)
    )
    places.filter(pk__in=firsts).update(decision=Decision.IMPORTED, reason="", decided_at=at)
    places.update(decision=Decision.DUPLICATE, reason="same_bytes", decided_at=at)


def _refresh(pairs: set[placing.Pair]) -> None:
    visibility = dict(Mailbox.objects.values_list("pk", "visibility"))
    placing.refresh(pairs, visibility=visibility, reopened=set())
