"""Who the last mail out of a thread went to; what the list of sent mail shows."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from inbox.models import Message, Participant

MOST = 8


def addressees(own: Iterable[int], thread_ids: Iterable[int]) -> dict[int, list[list[Any]]]:
    """[[name, address, False], …] by thread id, of what left these mailboxes; in two queries."""
    sent = Message.objects.filter(direction=Message.Direction.OUT, deleted_at=None)
    last = dict(
        sent.filter(thread__in=list(thread_ids), mailbox__in=list(own))
        .order_by("thread", "-received_at")
        .distinct("thread")
        .values_list("pk", "thread_id")
    )
    found: dict[int, list[list[Any]]] = defaultdict(list)
    rows = Participant.objects.filter(message__in=list(last), role__in=["to", "cc", "bcc"])
    for person in rows.order_by("message", "position"):
        people = found[last[person.message_id]]
        if len(people) < MOST:
            people.append([person.name, person.address, False])
    return dict(found)
