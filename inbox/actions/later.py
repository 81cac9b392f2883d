"""When a waiting mail leaves: sooner, later, or not at all because it was answered first.

All of it moves rows out of `queued` or within it, in one statement each, as the engine does when
it takes a mail to send it. Whoever comes first decides, and the other one finds nothing.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from crm.timeline import actions as timeline
from crm.timeline.actions.telling import notify
from crm.timeline.models import Notice
from crm.workspaces.models import Membership
from inbox.actions import blobs, compose, waking
from inbox.mime import build
from inbox.models import Draft, Message, Outgoing, Participant
from inbox.queries import access
from inbox.queries import blobs as kept

QUEUED = Outgoing.State.QUEUED
# Nobody looks for an answer there
UNSEEN = ("spam", "trash", "drafts")


def send_now(*, outgoing: Outgoing, by: Membership, at: datetime) -> None:
    """Let a waiting mail go at once; raises compose.TooLate once it has left."""
    move(outgoing=outgoing, send_after=at, unless_answered=False, by=by, at=at)


def move(
    *,
    outgoing: Outgoing,
    send_after: datetime,
    unless_answered: bool,
    by: Membership,
    at: datetime,
) -> None:
    """Let a waiting mail leave at another time, which is then its date.

    Raises compose.TooLate once it has left, PermissionDenied for who works elsewhere.
    """
    compose.require_writer(outgoing, by)
    leaves_at = max(send_after, at)
    raw = build.redated(kept.data(outgoing.blob_id), leaves_at)
    with transaction.atomic():
        [blob_id] = blobs.keep(raws=[raw], at=at)
        moved = Outgoing.objects.filter(pk=outgoing.pk, state=QUEUED).update(
            send_after=leaves_at,
            unless_answered=unless_answered,
            blob_id=blob_id,
            held_at=None,
            error_code="",
            error_text="",
        )
        if not moved:
            raise compose.TooLate
        compose.tell("email.queued", outgoing, by, at)


def hold(*, answers: Sequence[Message], at: datetime) -> int:
    """Take back what was to leave unless these mails came; returns how many mails were held.

    Only what a person wrote counts: no automatic replies, no mail to many. An answer is a mail
    in the same thread, or, to a mail that began one, whatever its recipients write. Nobody's
    mail waits for something he may not read.
    """
    written = [each for each in answers if waking.is_answer(each)]
    if not written:
        return 0
    held = 0
    for row in _waiting(written):
        if any(_answers(each, row) for each in written) and _take_back(row, at):
            held += 1
    return held


def hold_leaving(*, outgoing: Outgoing, at: datetime) -> bool:
    """Take this mail back where an answer came since it was queued; True if it was.

    For the transaction in which it leaves. What came while a server was being tried, or in a
    conversation that was merged with this one later, was not held when it came.
    """
    if not outgoing.unless_answered:
        return False
    came = Message.objects.filter(
        direction=Message.Direction.IN, deleted_at=None, created_at__gt=outgoing.created_at
    ).exclude(origin=Message.Origin.BACKFILL)
    if outgoing.thread_id is not None:
        came = came.filter(thread=outgoing.thread_id)
    else:
        people = [str(address).lower() for address in outgoing.recipients]
        role = Participant.Role.FROM
        senders = Participant.objects.filter(role=role, address__in=people).values("message")
        came = came.filter(mailbox=outgoing.mailbox_id, pk__in=senders)
    rows = came.exclude(locations__folder__role__in=UNSEEN).order_by("pk")
    answers = (each for each in rows if waking.is_answer(each))
    return any(_answers(each, outgoing) for each in answers) and _take_back(outgoing, at)


def _waiting(answers: Sequence[Message]) -> list[Outgoing]:
    threads = {each.thread_id for each in answers}
    boxes = {each.mailbox_id for each in answers}
    rows = Outgoing.objects.filter(
        Q(thread__in=threads) | Q(thread=None, mailbox__in=boxes),
        state=QUEUED,
        unless_answered=True,
    )
    return list(rows.select_related("author", "thread", "draft").order_by("pk"))


def _answers(message: Message, row: Outgoing) -> bool:
    """Whether this mail is what that one was waiting for."""
    if row.thread_id is None:
        people = {str(address).lower() for address in row.recipients}
        return message.mailbox_id == row.mailbox_id and message.sender_address.lower() in people
    if row.thread_id != message.thread_id:
        return False
    if row.mailbox_id == message.mailbox_id:
        return True
    author = row.author
    return author is not None and access.messages(author).filter(pk=message.pk).exists()


def _take_back(row: Outgoing, at: datetime) -> bool:
    taken = Outgoing.objects.filter(pk=row.pk, state=QUEUED).update(
        state=Outgoing.State.CANCELLED, error_code="send.answered"
    )
    if not taken:
        return False
    Draft.objects.filter(pk=row.draft_id).update(queued_at=None, updated_at=at)
    about = [each for each in (row, row.thread, row.draft) if each is not None]
    data = {"mailboxes": [row.mailbox_id], "subject": row.subject}
    event = timeline.record("email.held", by=None, about=about, at=at, data=data)
    if row.author_id is not None:
        notify([row.author_id], event, Notice.Why.ANSWERED, at=at)
    return True
