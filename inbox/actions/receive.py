"""Mail arrives: from parsed mails to rows, threads, links and decisions.

Everything here happens in the caller's transaction, which the engine guards with
its fence; run twice it changes nothing the second time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import connections

from crm.timeline import actions as timeline
from crm.workspaces.tenancy import required
from inbox.actions import (
    awaiting,
    choosing,
    doors,
    knowing,
    later,
    left,
    linking,
    placing,
    rows,
    suppressing,
    threading,
    waking,
)
from inbox.actions.rows import Arrival
from inbox.mime.parsed import Address, Parsed
from inbox.models import Folder, LedgerEntry, Mailbox, Message, Outgoing

__all__ = ["Arrival", "Decided", "decide", "store", "store_sent"]

Decision = LedgerEntry.Decision


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of one arrival; `message_id` is 0 for one that was left out."""

    decision: str
    message_id: int
    reason: str = ""


def store(*, mailbox: Mailbox, arrivals: Sequence[Arrival], at: datetime) -> list[Decided]:
    """Store a batch of one mailbox; returns a decision for each, in order.

    The same bytes in the same mailbox are one message with several locations. What a rule
    leaves at the door is not stored.
    """
    outside = doors.keep_out(mailbox=mailbox, arrivals=arrivals, at=at)
    every, arrivals = arrivals, [a for a in arrivals if a.entry_id not in outside]
    known = _stored(mailbox, [arrival.blob_id for arrival in arrivals])
    sent = _sent_here(mailbox, arrivals)
    fresh: dict[int, Arrival] = {}
    for arrival in arrivals:
        if arrival.blob_id not in known and arrival.blob_id not in sent:
            fresh.setdefault(arrival.blob_id, arrival)
    written = _write(mailbox, list(fresh.values()), at)
    decided = []
    for arrival in arrivals:
        own = sent.get(arrival.blob_id)
        if fresh.get(arrival.blob_id) is arrival:
            decided.append(Decided(Decision.IMPORTED, written[arrival.blob_id]))
        elif own is not None and arrival.blob_id not in known:
            decided.append(Decided(Decision.DUPLICATE, own, "own_sent"))
        else:
            stored = known.get(arrival.blob_id) or written[arrival.blob_id]
            decided.append(Decided(Decision.DUPLICATE, stored, "same_bytes"))
    decide(list(zip([a.entry_id for a in arrivals], decided, strict=True)), at=at)
    _refresh(mailbox, decided, fresh.values(), at)
    told = iter(decided)
    return [
        Decided(Decision.SKIPPED, 0, outside[a.entry_id])
        if a.entry_id is not None and a.entry_id in outside
        else next(told)
        for a in every
    ]


def store_sent(*, outgoing: Outgoing, parsed: Parsed, at: datetime) -> int:
    """Put a mail that has left into its thread; returns the message id, the same one twice.

    The server's own copy may have been read before we knew that the mail had left. Who
    got a blind copy stands on the draft only, never in the mail.
    """
    if outgoing.draft is not None:
        blind = tuple(Address(*person) for person in outgoing.draft.bcc)
        parsed = replace(parsed, bcc=parsed.bcc or blind)
    copy = Message.objects.filter(
        mailbox=outgoing.mailbox_id, rfc_id=outgoing.rfc_id, direction=Message.Direction.OUT
    ).first()
    if copy is not None:
        message_id = copy.pk
    else:
        arrival = Arrival(
            entry_id=None,
            blob_id=outgoing.blob_id,
            raw_size=outgoing.blob.size,
            parsed=parsed,
            role="sent",
            received_at=at,
            is_read=True,
            origin=Message.Origin.SENT_HERE,
        )
        message_id = store(mailbox=outgoing.mailbox, arrivals=[arrival], at=at)[0].message_id
    Outgoing.objects.filter(pk=outgoing.pk).update(message=message_id)
    if outgoing.tracks_opens or outgoing.tracks_clicks:
        left.settle(outgoing, Message.objects.get(pk=message_id))
    if outgoing.draft is not None and outgoing.draft.remind_days:
        outgoing.message_id = message_id
        awaiting.after_sending(outgoing=outgoing, days=outgoing.draft.remind_days, at=at)
    if outgoing.draft is not None and outgoing.draft.about:
        thread_id = Message.objects.values_list("thread_id", flat=True).get(pk=message_id)
        choosing.link_sent(
            thread_id=thread_id, pairs=outgoing.draft.about, by=outgoing.author, at=at
        )
    return message_id


def decide(pairs: Sequence[tuple[int | None, Decided]], *, at: datetime) -> None:
    """Write decisions into the ledger, in one statement."""
    listed = [(entry_id, decided) for entry_id, decided in pairs if entry_id is not None]
    if not listed:
        return
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "UPDATE inbox_ledgerentry l SET decision = v.decision, reason = v.reason,"
            " message_id = v.message_id, decided_at = %s FROM unnest(%s::bigint[], %s::text[],"
            " %s::text[], %s::bigint[]) AS v (id, decision, reason, message_id)"
            " WHERE l.id = v.id AND l.workspace_id = %s",
            [
                at,
                [entry_id for entry_id, _d in listed],
                [str(decided.decision) for _e, decided in listed],
                [decided.reason for _e, decided in listed],
                [decided.message_id for _e, decided in listed],
                required(),
            ],
        )


def _stored(mailbox: Mailbox, blobs: Sequence[int]) -> dict[int, int]:
    """Messages of this mailbox that have these bytes, by blob id."""
    found = Message.objects.filter(mailbox=mailbox, blob__among=blobs, deleted_at=None)
    return dict(found.values_list("blob_id", "pk"))


def _sent_here(mailbox: Mailbox, arrivals: Sequence[Arrival]) -> dict[int, int]:
    """Our own mails coming back from the server, by blob id: no second bubble for them.

    Whoever got one knows its id, and may give it to other words of his: what is delivered and
    says another sender is another mail. In Sent a server may have put another name of ours there.
    """
    own = mailbox.address.lower()
    ids = {
        a.blob_id: a.parsed.message_id
        for a in arrivals
        if a.entry_id is not None
        and (a.role not in Folder.DELIVERED or rows.sender_of(a.parsed) == own)
    }
    wanted = [each for each in ids.values() if each]
    found = Outgoing.objects.filter(mailbox=mailbox, rfc_id__among=wanted, message__isnull=False)
    known = dict(found.values_list("rfc_id", "message_id"))
    return {blob_id: known[each] for blob_id, each in ids.items() if each in known}


def _write(mailbox: Mailbox, arrivals: list[Arrival], at: datetime) -> dict[int, int]:
    """Rows for mails that are new here; returns message ids by blob id."""
    if not arrivals:
        return {}
    shaped = [rows.shape(mailbox, arrival) for arrival in arrivals]
    threading.place(mailbox_id=mailbox.pk, mails=[item.placed for item in shaped], at=at)
    rows.insert(mailbox, shaped, at)
    doors.let_in_with(mailbox=mailbox, items=shaped)
    knowing.know(mailbox=mailbox, items=shaped, at=at)
    heard = [
        linking.Heard(item.placed.thread_id, frozenset(item.addresses), item.arrival.received_at)
        for item in shaped
    ]
    linking.link(mailbox=mailbox, mails=heard, at=at)
    return {item.arrival.blob_id: item.pk for item in shaped}


def _refresh(
    mailbox: Mailbox, decided: Sequence[Decided], fresh: Iterable[Arrival], at: datetime
) -> None:
    """Add up the list rows of every thread touched, in every mailbox that holds it."""
    touched = Message.objects.filter(pk__among={item.message_id for item in decided})
    threads = set(touched.values_list("thread_id", flat=True))
    pairs = set(
        Message.objects.filter(thread__among=threads)
        .values_list("thread_id", "mailbox_id")
        .distinct()
    )
    news = {a.blob_id: a.role for a in fresh if a.origin != Message.Origin.BACKFILL}
    live = list(touched.filter(blob__among=set(news)).select_related("thread"))
    came = [message for message in live if message.direction == Message.Direction.IN]
    sent = [message for message in live if message.direction == Message.Direction.OUT]
    # One that was delivered says that it is from here, as anybody may
    went = [message for message in sent if news[message.blob_id] not in Folder.DELIVERED]
    arrived = [message for message in came if news[message.blob_id] == "inbox"]
    aside = waking.heard(mailbox=mailbox, came=arrived, went=went, at=at)
    placing.refresh(
        pairs,
        visibility=dict(Mailbox.objects.values_list("pk", "visibility")),
        reopened={(message.thread_id, mailbox.pk) for message in arrived} - aside,
    )
    for message in arrived:
        timeline.record("email.received", by=None, about=[message, message.thread, mailbox], at=at)
    reports = (Message.Kind.BOUNCE, Message.Kind.COMPLAINT)
    suppressing.heard(mailbox=mailbox, reports=[m for m in came if m.kind in reports], at=at)
    later.hold(answers=[m for m in came if news[m.blob_id] not in later.UNSEEN], at=at)
