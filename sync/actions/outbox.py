"""Mail leaves, at most once.

`sending` is committed before the socket opens, and `data` before the end of the mail is
put on the wire. Whatever broke off before that goes out again; after it nobody resends.
"""

from datetime import datetime, timedelta
from functools import partial

from django.db.models import QuerySet
from django.db.models.functions import Greatest

from crm.timeline import actions as timeline
from inbox.actions import departed, later, receive
from inbox.mime.parsed import Parsed
from inbox.models import Message, Outgoing
from inbox.queries import blobs
from sync.actions import clock, outcome, reading
from sync.actions import lease as leases
from sync.actions.run import Run
from sync.models import Schedule
from sync.providers import errors
from sync.providers.base import OutboundItem, RecipientResult, SendResult, Stage
from sync.providers.smtp import SmtpSender
from tracking.actions import marking

State = Outgoing.State
ATTEMPTS = 10
# So often a mail waits for a recipient the server puts off; then it goes to the others
PATIENCE = 3
# How lately the mailbox must have been read before a mail leaves that waits for no answer, and
# how long that mail waits for it
FRESH, PAUSE = timedelta(minutes=1), timedelta(seconds=10)
# Seconds after the attempt when Sent is searched for a mail nobody knows about
LOOKS = (1, 2, 4, 8, 15, 30, 60, 120, 300, 600)


def recover(run: Run) -> None:
    """Settle what an earlier holder of this lane left half done."""
    with run.reading():
        left = Outgoing.objects.filter(mailbox=run.mailbox, state=State.SENDING).exists()
    if not left:
        return
    now = clock.now()
    with run.writing():
        broken = Outgoing.objects.filter(mailbox=run.mailbox, state=State.SENDING)
        broken.filter(stage__in=[Stage.DATA, Stage.DONE]).update(
            state=State.UNKNOWN, look_after=now, error_code="send.unknown"
        )
        broken.update(state=State.QUEUED, stage="", send_after=now)
    run.changed = True


def drain(run: Run, sender: SmtpSender, address: str) -> None:
    """Send what is due, one after the other; one that fails holds up nobody."""
    while run.has_time:
        with run.reading():
            item = _due(run).order_by("send_after", "pk").first()
            raw = blobs.data(item.blob_id) if item else b""
        if item is None:
            return
        if item.unless_answered and _looks_first(run, item):
            continue
        parsed = reading.pool().parse([raw], [None])[0]
        if _claim(run, item):
            _send(run, sender, item, _leaving(run, item, raw), parsed, address)
            run.changed = True


def hold(run: Run) -> None:
    """Keep what is due from leaving: its owner is no longer here."""
    with run.writing():
        departed.hold(mailbox=run.mailbox, due=_due(run), at=clock.now())


def _due(run: Run) -> QuerySet[Outgoing]:
    """What may leave by now."""
    rows: QuerySet[Outgoing] = Outgoing.objects.filter(
        mailbox=run.mailbox, state=State.QUEUED, send_after__lte=clock.now(), held_at=None
    )
    return rows


def _looks_first(run: Run, item: Outgoing) -> bool:
    """Have the mailbox read before a mail leaves that somebody may have answered by now.

    An answer may lie on the server, unread by us. True when the mail was put off until then.
    """
    now = clock.now()
    with run.writing():
        lane = Schedule.objects.filter(mailbox=run.mailbox, lane=Schedule.Lane.IN)
        if lane.filter(last_ok_at__gt=now - FRESH).exists():
            return False
        lane.filter(due_at__gt=now).update(due_at=now)
        waiting = Outgoing.objects.filter(pk=item.pk, state=State.QUEUED)
        waiting.update(send_after=now + PAUSE, error_code="send.look", error_text="")
    return True


def _claim(run: Run, item: Outgoing) -> bool:
    """Commit that this mail is on its way; False when it was cancelled, answered or moved since.

    False as well where the owner of the mailbox is no longer here: what is due is held then.
    Whoever was told that it leaves at another time, or not unasked, is right: what was read of it
    must still stand.
    """
    with run.writing():
        read = {"blob": item.blob_id, "unless_answered": item.unless_answered}
        waits = _due(run).select_for_update(of=("self",)).filter(pk=item.pk, **read)
        if not waits.exists():
            return False
        if departed.owner_left(run.mailbox):
            departed.hold(mailbox=run.mailbox, due=_due(run), at=clock.now())
            run.changed = True
            return False
        if later.hold_leaving(outgoing=item, at=clock.now()):
            run.changed = True
            return False
        taken = Outgoing.objects.filter(pk=item.pk, state=State.QUEUED).update(
            state=State.SENDING,
            stage=Stage.CONNECT,
            fence=run.lease.fence,
            attempts=item.attempts + 1,
            sending_at=clock.now(),
            error_code="",
            error_text="",
        )
    item.attempts += 1
    return bool(taken)


def _leaving(run: Run, item: Outgoing, raw: bytes) -> bytes:
    """The bytes that leave: those that are kept, or with what its writer wants to have tracked."""
    if not (item.tracks_opens or item.tracks_clicks):
        return raw
    with run.writing():
        return marking.marked(outgoing=item, raw=raw, at=clock.now())


def _send(
    run: Run, sender: SmtpSender, item: Outgoing, raw: bytes, parsed: Parsed, address: str
) -> None:
    recipients = tuple(str(recipient) for recipient in item.recipients)
    waits = item.attempts <= PATIENCE
    letter = OutboundItem(raw, address, recipients, f"<{item.rfc_id}>", waits)
    try:
        result = sender.send(letter, partial(_reached, run, item))
    except errors.OutcomeUnknown as error:
        _unknown(run, item, error)
    except errors.ProviderError as error:
        _refused(run, item, error)
    else:
        leases.watch("accepted")
        if any(answer.accepted for answer in result.recipients):
            sent(run, item, parsed, result)
        else:
            _nobody(run, item, result)


def _reached(run: Run, item: Outgoing, stage: Stage) -> None:
    """Commit the point of no return before it is passed; raises LostLease to stop short of it."""
    leases.watch(f"stage {stage}")
    if stage is not Stage.DATA:
        return
    with run.writing():
        kept = Outgoing.objects.filter(
            pk=item.pk, state=State.SENDING, fence=run.lease.fence
        ).update(stage=stage)
        if not kept:
            raise leases.LostLease(f"outgoing {item.pk}")


def sent(run: Run, item: Outgoing, parsed: Parsed, result: SendResult | None) -> None:
    """The server took it: into its thread. True whoever holds the lane by now."""
    now = clock.now()
    results = [as_row(answer) for answer in result.recipients] if result else item.results
    with run.reading():
        known = Outgoing.objects.select_for_update(of=("self",)).select_related("mailbox", "blob")
        row = known.filter(pk=item.pk).exclude(state=State.SENT).first()
        if row is None:
            return
        row.state, row.stage, row.sent_at = State.SENT, Stage.DONE, row.sending_at or now
        row.results, row.look_after = results, None if row.is_filed else now
        row.error_code, row.error_text = _partly(result)
        row.save()
        message_id = receive.store_sent(outgoing=row, parsed=parsed, at=row.sent_at)
        message = Message.objects.select_related("thread").get(pk=message_id)
        about = [message, message.thread, row.mailbox, row]
        timeline.record("email.sent", by=row.author, about=about, at=now)
        leases.watch("before commit")
    leases.watch("after commit")


def _partly(result: SendResult | None) -> tuple[str, str]:
    """What to say when the server took the mail for some and not for others."""
    refused = result.refused if result else ()
    if not refused:
        return "", ""
    code = "send.recipient" if any(each.permanent for each in refused) else "send.put_off"
    return code, ", ".join(answer.address for answer in refused)


def as_row(answer: RecipientResult) -> dict[str, object]:
    """A recipient's result as it is stored."""
    return {
        "address": answer.address,
        "accepted": answer.accepted,
        "status": answer.status,
        "code": answer.code,
        "raw": answer.raw,
    }


def _nobody(run: Run, item: Outgoing, result: SendResult) -> None:
    """Every recipient was refused: for good, or for now."""
    permanent = all(answer.permanent for answer in result.recipients)
    words = "; ".join(answer.raw for answer in result.recipients if answer.raw)
    error: errors.ProviderError
    if permanent:
        error = errors.Permanent("send.recipients", raw=words)
    else:
        error = errors.Transient("send.later", after=60.0, raw=words)
    _refused(run, item, error, results=[as_row(answer) for answer in result.recipients])


def _refused(
    run: Run,
    item: Outgoing,
    error: errors.ProviderError,
    results: list[dict[str, object]] | None = None,
) -> None:
    """Nothing was delivered: again later if a wait may help, else it has failed, visibly."""
    passing = isinstance(error, errors.Transient | errors.RateLimited)
    again = passing and item.attempts < ATTEMPTS
    now = clock.now()
    retry_at = now + min(outcome.backoff(error, item.attempts), timedelta(minutes=30))
    with run.writing():
        Outgoing.objects.filter(pk=item.pk, state=State.SENDING, fence=run.lease.fence).update(
            state=State.QUEUED if again else State.FAILED,
            stage="",
            send_after=retry_at,
            error_code=error.code,
            error_text=error.raw,
            results=results or [],
        )
        if isinstance(error, errors.RateLimited):
            # A server that wants a pause gets one from the mails behind this one too
            waiting = Outgoing.objects.filter(mailbox=run.mailbox, state=State.QUEUED)
            waiting.update(send_after=Greatest("send_after", retry_at))
        if not again:
            row = Outgoing.objects.select_related("mailbox").get(pk=item.pk)
            timeline.record("email.failed", by=row.author, about=[row, row.mailbox], at=now)


def _unknown(run: Run, item: Outgoing, error: errors.ProviderError) -> None:
    """The wire broke at the very end: look in Sent, and never send again unasked."""
    now = clock.now()
    with run.writing():
        mine = Outgoing.objects.filter(pk=item.pk, state=State.SENDING, fence=run.lease.fence)
        if mine.update(
            state=State.UNKNOWN,
            look_after=now + timedelta(seconds=LOOKS[0]),
            error_code=error.code,
            error_text=error.raw,
        ):
            row = Outgoing.objects.select_related("mailbox").get(pk=item.pk)
            timeline.record("email.unknown", by=row.author, about=[row, row.mailbox], at=now)


def next_look(since: datetime, now: datetime) -> datetime | None:
    """When Sent is searched next for a mail of that time; None when the last look is over."""
    passed = (now - since).total_seconds()
    later = next((seconds for seconds in LOOKS if seconds > passed), None)
    return None if later is None else since + timedelta(seconds=later)
