"""Which people a thread belongs to, and why."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from crm.contacts.models import Person, PersonEmail
from inbox.models import Participant, ThreadLink

PERSON = "person"


def link_people(*, addresses: Mapping[int, set[str]], at: datetime) -> None:
    """Link threads ({thread id: addresses}) to the people whose addresses take part.

    A link that somebody undid stays undone.
    """
    wanted = {address for found in addresses.values() for address in found}
    if not wanted:
        return
    people = dict(
        PersonEmail.objects.filter(address__among=wanted, is_live=True).values_list(
            "address", "person_id"
        )
    )
    links = {
        (thread_id, people[address]): address
        for thread_id, found in addresses.items()
        for address in sorted(found)
        if address in people
    }
    ThreadLink.objects.bulk_create(
        (
            ThreadLink(
                thread_id=thread_id, kind=PERSON, object_id=person_id, why=address, created_at=at
            )
            for (thread_id, person_id), address in links.items()
        ),
        ignore_conflicts=True,
    )


def link_earlier(*, person: Person, addresses: Iterable[str], at: datetime) -> int:
    """Link the threads that these addresses took part in before the person was known.

    Returns how many threads there are.
    """
    rows = (
        Participant.objects.filter(address__in=list(addresses))
        .values_list("message__thread_id", "address")
        .distinct()
    )
    found: dict[int, set[str]] = defaultdict(set)
    for thread_id, address in rows:
        found[thread_id].add(address)
    link_people(addresses=found, at=at)
    return len(found)


def follow(*, source: tuple[str, int], target: tuple[str, int]) -> None:
    """Threads linked to one record, as (kind, id), are linked to another one; none is lost.

    Where the target has a link to the same thread already, undone or not, its own one stays.
    """
    rows = ThreadLink.objects.filter(kind=source[0], object_id=source[1])
    theirs = ThreadLink.objects.filter(kind=target[0], object_id=target[1]).values("thread")
    rows.filter(thread__in=theirs).delete()
    rows.update(kind=target[0], object_id=target[1])
