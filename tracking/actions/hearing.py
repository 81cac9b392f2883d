"""Somebody or something fetched a pixel or followed a link: kept, and told to open pages."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import F

from crm.ui import live
from crm.workspaces import directory, tenancy
from crm.workspaces.models import User
from inbox.models import Message, Outgoing
from inbox.queries import access
from tracking.agents import Judged
from tracking.models import Hit, Trace
from tracking.queries import tokens

Who = Hit.Who
AGENT = 200
# So much is kept of one token, however often it is asked for
MOST, A_MINUTE = 1_000, 20
# Nobody reads a mail in this time after it was sent …
SOON = timedelta(seconds=2)
# … or follows so many of its links at once
LINKS, AT_ONCE = 3, timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for and when, by whom as far as he tells, and from where.

    The address is looked at and never kept with the hit.
    """

    token: str
    kind: str
    judged: Judged
    agent: str
    address: str
    at: datetime
    # Who is signed in there
    user: User | None = None


def hear(asked: Asked) -> Hit | None:
    """Keep that it was asked for; None for no token of ours, and where it has had its share.

    Opens the workspace of the trace by itself. The same said twice, which its time tells, is kept
    once: whoever wrote it down may have been killed before he could say so. What was thought a
    person's and turns out to be a machine that follows every link is called so from then on.
    """
    trace, at = tokens.trace(asked.token), asked.at
    if trace is None or trace.kind != asked.kind:
        return None
    is_own = _is_own(asked, trace.workspace_id)
    with tenancy.open_workspace(trace.workspace_id), transaction.atomic():
        rows = Trace.objects.select_for_update(of=("self",)).select_related("outgoing")
        row = rows.filter(pk=trace.pk).first()
        lately = Hit.objects.filter(trace=row, at__gt=at - timedelta(minutes=1), at__lte=at)
        if row is None or row.hit_count >= MOST or lately.count() >= A_MINUTE:
            return None
        if Hit.objects.filter(trace=row, at=at).exists():
            return None
        judged = Judged(Who.SELF, "self") if is_own else _seen(asked.judged, row, at)
        hit: Hit = Hit.objects.create(
            trace=row, at=at, who=judged.who, reason=judged.reason, agent=asked.agent[:AGENT]
        )
        Trace.objects.filter(pk=row.pk).update(hit_count=F("hit_count") + 1)
        if row.message_id is not None:
            _tell(row.message_id, row.workspace_id)
    return hit


def _is_own(asked: Asked, workspace_id: int) -> bool:
    """Whether it is one of those who work there, by the session or the address he comes from."""
    if asked.user is not None:
        return directory.member_of(asked.user, workspace_id) is not None
    return directory.is_from(asked.address, workspace_id, at=asked.at)


def _seen(judged: Judged, trace: Trace, at: datetime) -> Judged:
    """The same, after a look at when it came and what else was asked for."""
    if judged.who != Who.HUMAN:
        return judged
    if _is_soon(trace.outgoing, at):
        return Judged(Who.BOT, "soon")
    if trace.kind != Trace.Kind.CLICK:
        return judged
    near = Hit.objects.filter(
        trace__outgoing=trace.outgoing,
        trace__kind=Trace.Kind.CLICK,
        at__range=(at - AT_ONCE, at + AT_ONCE),
    )
    others = set(near.exclude(trace=trace).values_list("trace", flat=True))
    if len(others) < LINKS - 1:
        return judged
    near.filter(who=Who.HUMAN).update(who=Who.BOT, reason="every")
    return Judged(Who.BOT, "every")


def _is_soon(outgoing: Outgoing, at: datetime) -> bool:
    return outgoing.sending_at is None or at - outgoing.sending_at < SOON


def _tell(message_id: int, workspace_id: int) -> None:
    """After commit, tell the open pages of those who can read the mail."""
    row = Message.objects.get(pk=message_id)
    members = access.readers(thread_id=row.thread_id, mailbox_ids=[row.mailbox_id])
    topic = f"tracking:{row.uid}"
    said = partial(live.publish, workspace_id=workspace_id, members=members, topic=topic)
    transaction.on_commit(said)
