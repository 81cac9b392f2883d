"""Which records a thread belongs to by itself, and why.

By address to people, to where they work, and to the organization whose domain it is; to a
deal, lead or project where the people of the thread have exactly one open. A link that
somebody undid stays undone.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from crm.contacts.models import Organization, PersonEmail
from inbox.mime import domains
from inbox.models import Mailbox, ThreadLink
from inbox.queries import insiders, openings

PERSON, ORGANIZATION = "person", "organization"
Rule = ThreadLink.Rule


@dataclass(frozen=True, slots=True)
class Heard:
    """A mail that came into a thread: everybody on it but its own mailbox, and when."""

    thread_id: int
    addresses: frozenset[str]
    at: datetime


def link(*, mailbox: Mailbox, mails: Sequence[Heard], at: datetime) -> None:
    """Link the threads of a batch of mails; in as many statements, however many mails.

    Mail among ourselves belongs to nobody.
    """
    own = insiders.insiders()
    addresses: dict[int, set[str]] = defaultdict(set)
    latest: dict[int, datetime] = {}
    for mail in mails:
        outside = own.outside(mail.addresses)
        if outside:
            addresses[mail.thread_id] |= outside
            latest[mail.thread_id] = max(mail.at, latest.get(mail.thread_id, mail.at))
    link_addresses(addresses=addresses, at=at)
    _link_openings(mailbox, latest, at)


def link_addresses(*, addresses: Mapping[int, Iterable[str]], at: datetime) -> None:
    """Link threads ({thread id: addresses}) to people and organizations; three statements."""
    wanted = {address for found in addresses.values() for address in found}
    if not wanted:
        return
    people = _people(wanted)
    firms = _firms(wanted)
    links: dict[tuple[int, str, int], tuple[str, str]] = {}
    for thread_id, found in addresses.items():
        for address in sorted(found):
            person, works = people.get(address, (0, 0))
            firm = firms.get(domains.domain(address), 0)
            for kind, pk, rule in (
                (PERSON, person, Rule.ADDRESS),
                (ORGANIZATION, works, Rule.WORKS),
                (ORGANIZATION, firm, Rule.DOMAIN),
            ):
                if pk:
                    links.setdefault((thread_id, kind, pk), (rule, address))
    _write(links, at)


def _people(addresses: set[str]) -> dict[str, tuple[int, int]]:
    """By address: whose it is, and where that person works, or 0."""
    rows = PersonEmail.objects.filter(address__among=addresses, is_live=True)
    told = rows.values_list("address", "person_id", "person__organization_id")
    return {address: (person, firm or 0) for address, person, firm in told}


def _firms(addresses: set[str]) -> dict[str, int]:
    """By domain: the one organization that has it; a domain of several tells of none."""
    wanted = {name for name in map(domains.domain, addresses) if name and not domains.is_free(name)}
    if not wanted:
        return {}
    rows = Organization.objects.filter(domains__touching=sorted(wanted), trashed_at=None)
    found: dict[str, list[int]] = defaultdict(list)
    for pk, names in rows.values_list("pk", "domains"):
        for name in {each.lower() for each in names} & wanted:
            found[name].append(pk)
    return {name: pks[0] for name, pks in found.items() if len(pks) == 1}


def _link_openings(mailbox: Mailbox, latest: Mapping[int, datetime], at: datetime) -> None:
    """Link threads to the only thing that is open for their people, as far as the mailbox sees it.

    Only where mail came after that was begun: what is older is offered, not linked. A thread
    that belongs to a deal, lead or project already is left alone.
    """
    links = ThreadLink.objects.filter(thread__among=list(latest))
    people: dict[int, dict[int, str]] = defaultdict(dict)
    settled: set[int] = set()
    for thread, kind, pk, why, undone_at in links.values_list(
        "thread_id", "kind", "object_id", "why", "undone_at"
    ):
        if kind == PERSON and why and undone_at is None:
            people[thread][pk] = why
        elif kind in openings.KINDS and undone_at is None:
            settled.add(thread)
    whose = {pk for thread, found in people.items() if thread not in settled for pk in found}
    if not whose:
        return
    seen = openings.seen_in(mailbox)
    by_person: dict[int, list[openings.Opening]] = defaultdict(list)
    for opening in openings.openings(seen, whose):
        by_person[opening.person].append(opening)
    fresh: dict[tuple[int, str, int], tuple[str, str]] = {}
    for thread, found in people.items():
        if thread in settled:
            continue
        open_ones = [each for pk in sorted(found) for each in by_person[pk]]
        if len({(each.kind, each.pk) for each in open_ones}) == 1:
            only = open_ones[0]
            if only.created_at <= latest[thread]:
                fresh[thread, only.kind, only.pk] = (Rule.OPEN, found[only.person])
    _write(fresh, at)


def _write(links: Mapping[tuple[int, str, int], tuple[str, str]], at: datetime) -> None:
    """One statement; links that are there, undone or not, stay as they are."""
    ThreadLink.objects.bulk_create(
        (
            ThreadLink(
                thread_id=thread_id, kind=kind, object_id=pk, rule=rule, why=why, created_at=at
            )
            for (thread_id, kind, pk), (rule, why) in links.items()
        ),
        ignore_conflicts=True,
    )


def follow(*, source: tuple[str, int], target: tuple[str, int]) -> None:
    """Threads linked to one record, as (kind, id), are linked to another one; none is lost.

    Where the target has a link to the same thread already, undone or not, its own one stays.
    """
    rows = ThreadLink.objects.filter(kind=source[0], object_id=source[1])
    theirs = ThreadLink.objects.filter(kind=target[0], object_id=target[1]).values("thread")
    rows.filter(thread__in=theirs).delete()
    rows.update(kind=target[0], object_id=target[1])
