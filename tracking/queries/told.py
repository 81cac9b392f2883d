"""What mails told of their reading."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from django.db.models import Count, Exists, Max, OuterRef, Subquery

from inbox.models import Message, Participant
from inbox.queries.ours import Told
from tracking.models import Hit, Trace

# Who speaks for a kind; what one of us did says nothing
ORDER = (Hit.Who.HUMAN, Hit.Who.PROXY, Hit.Who.BOT)


REPLY = "reply"
Kind = Trace.Kind
By = dict[str, dict[str, Told]]


def told(message_ids: Collection[int]) -> dict[int, list[Told]]:
    """For each of these messages what is known of its opens, and of its clicks.

    One query, and one for answers where no person opened a mail or followed its links.
    """
    rows = Trace.objects.filter(message__in=message_ids).order_by()
    each = rows.values_list("message", "kind", "hits__who")
    found: dict[int, By] = defaultdict(dict)
    for pk, kind, who, count, last_at in each.annotate(Count("hits"), Max("hits__at")):
        by = found[pk].setdefault(kind, {})
        if who in ORDER:
            by[who] = Told(kind, who, count, last_at)
    _infer(found)
    return {
        pk: [_foremost(kind, by[kind]) for kind in (Kind.OPEN, Kind.CLICK) if kind in by]
        for pk, by in found.items()
    }


def _foremost(kind: str, by: dict[str, Told]) -> Told:
    return next((by[who] for who in ORDER if who in by), Told(kind))


def _infer(found: dict[int, By]) -> None:
    """Whoever followed a link or answered has opened it, though his program fetched no pixel."""
    human = Hit.Who.HUMAN
    unopened = {pk: by for pk, by in found.items() if human not in by.get(Kind.OPEN, {human: 0})}
    known = {
        pk: (clicked.last_at, str(Kind.CLICK))
        for pk, by in unopened.items()
        if (clicked := by.get(Kind.CLICK, {}).get(human)) is not None
    }
    known |= {pk: (at, REPLY) for pk, at in _answered(unopened.keys() - known.keys()).items()}
    for pk, (at, known_by) in known.items():
        found[pk][Kind.OPEN][human] = Told(Kind.OPEN, human, 1, at, known_by)


def _answered(message_ids: Collection[int]) -> dict[int, datetime]:
    """When one of those it went to wrote first after each of these, in its conversation."""
    if not message_ids:
        return {}
    went_to = Participant.objects.filter(
        message=OuterRef(OuterRef("pk")),
        role__in=[Participant.Role.TO, Participant.Role.CC, Participant.Role.BCC],
        address=OuterRef("sender_address"),
    )
    answers = Message.objects.filter(
        Exists(went_to),
        thread=OuterRef("thread"),
        mailbox=OuterRef("mailbox"),
        received_at__gt=OuterRef("received_at"),
        direction=Message.Direction.IN,
        kind=Message.Kind.MAIL,
        is_bulk=False,
        deleted_at=None,
    ).order_by("received_at")
    rows = Message.objects.filter(pk__in=message_ids)
    first = Subquery(answers.values("received_at")[:1])
    return dict(rows.annotate(answered=first).exclude(answered=None).values_list("pk", "answered"))
