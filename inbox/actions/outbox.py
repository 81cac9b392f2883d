"""What a person decides about a mail that did not leave, or of which nobody knows.

Nothing here happens by itself: a mail that may have left is sent again, or called
sent, on a person's word only.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, Value
from django.db.models.functions import Coalesce

from crm.timeline import actions as timeline
from crm.workspaces.models import Membership
from inbox.actions import compose, receive
from inbox.mime import parse
from inbox.models import Draft, Message, Outgoing
from inbox.queries import blobs

State = Outgoing.State
STUCK = (State.FAILED, State.UNKNOWN)


def send_again(*, outgoing: Outgoing, by: Membership, at: datetime) -> None:
    """Queue it once more under the same Message-ID, so that receivers can tell it is the same."""
    with transaction.atomic():
        _settle(
            outgoing, by, State.QUEUED, at, send_after=at, error_code="", error_text="", stage=""
        )
        _record("email.queued", outgoing, by, at)


def mark_sent(*, outgoing: Outgoing, by: Membership, at: datetime) -> None:
    """Believe the person who says it arrived, and show it in its conversation."""
    with transaction.atomic():
        _settle(outgoing, by, State.SENT, at, sent_at=outgoing.sending_at or at, look_after=None)
        parsed = parse.parse(blobs.data(outgoing.blob_id))
        sent_at = outgoing.sent_at or at
        message_id = receive.store_sent(outgoing=outgoing, parsed=parsed, at=sent_at)
        message = Message.objects.select_related("thread").get(pk=message_id)
        outgoing.thread = message.thread
        _record("email.sent", outgoing, by, at)


def back_to_draft(*, outgoing: Outgoing, by: Membership, at: datetime) -> Draft | None:
    """Give up the attempt and go on writing."""
    with transaction.atomic():
        _settle(outgoing, by, State.CANCELLED, at, look_after=None)
        return compose.reopen(outgoing, by, at)


def throw_away(*, outgoing: Outgoing, by: Membership, at: datetime) -> Draft | None:
    """Give up the attempt and its draft; the draft can be restored like any other."""
    with transaction.atomic():
        draft = back_to_draft(outgoing=outgoing, by=by, at=at)
        if draft is not None:
            Draft.objects.filter(pk=draft.pk).update(discarded_at=at)
    return draft


def doubt(*, since: datetime, at: datetime) -> int:
    """After a restore: what may have left since the backup was made is not sent by itself.

    Sent is searched for it once, and then a person decides. Mail that was to leave later
    than now waits on. Returns how many mails of the opened workspace are in doubt.
    """
    with transaction.atomic():
        left = Outgoing.objects.filter(
            Q(state=State.SENDING) | Q(state=State.QUEUED, send_after__lte=at)
        )
        return left.update(
            state=State.UNKNOWN,
            look_after=at,
            sending_at=Coalesce("sending_at", Value(since)),
            error_code="send.unknown",
        )


def _settle(outgoing: Outgoing, by: Membership, state: str, at: datetime, **values: object) -> None:
    """Move a stuck mail on, if it is still stuck; raises PermissionDenied, compose.TooLate."""
    compose.require_writer(outgoing, by)
    rows = Outgoing.objects.filter(pk=outgoing.pk, state__in=STUCK)
    if not rows.update(state=state, **values):
        raise compose.TooLate
    outgoing.refresh_from_db()


def _record(verb: str, outgoing: Outgoing, by: Membership, at: datetime) -> None:
    about = [outgoing, outgoing.thread] if outgoing.thread is not None else [outgoing]
    timeline.record(verb, by=by, about=about, at=at, data={"mailboxes": [outgoing.mailbox_id]})
