"""Threads that could belong to a record, and were there before anybody knew it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connections

from crm.contacts.models import Organization, Person
from crm.deals.models import Deal, DealPerson
from crm.projects.models import Project, ProjectLink
from crm.workspaces.models import Membership
from inbox.mime import domains
from inbox.queries import access, openings
from inbox.queries.sql import HERE

# Each with the address that leads there, or nothing. OFFSET has each mail looked up by its id:
# who writes a lot would have the planner read all the mail there is
OF_ADDRESSES = """SELECT m.thread_id, w.address AS why FROM inbox_participant w
CROSS JOIN LATERAL (SELECT one.thread_id FROM inbox_message one
  WHERE one.workspace_id = w.workspace_id AND one.id = w.message_id OFFSET 0) m
WHERE w.workspace_id = {here} AND w.address = ANY(%(words)s)"""
OF_PEOPLE = """SELECT k.thread_id, min(k.why) AS why FROM inbox_threadlink k
WHERE k.workspace_id = {here} AND k.kind = 'person' AND k.object_id = ANY(%(ids)s)
AND k.undone_at IS NULL GROUP BY k.thread_id"""
# The names of a mail are words of its search; who it really was is settled on those few
OF_DOMAINS = """SELECT m.thread_id, min(w.address) AS why FROM inbox_messagebody b
JOIN inbox_message m ON m.workspace_id = b.workspace_id AND m.id = b.message_id
JOIN inbox_participant w ON w.workspace_id = m.workspace_id AND w.message_id = m.id
WHERE b.workspace_id = {here}
AND b.search @@ (SELECT string_agg(phraseto_tsquery('fio', replace(d, '.', ' '))::text, ' | ')
                 FROM unnest(%(words)s::text[]) AS d)::tsquery
AND split_part(w.address, '@', 2) = ANY(%(words)s) GROUP BY m.thread_id"""

# Each thread once, before it is looked at: most of them are linked. OFFSET keeps it so
EACH = "SELECT thread_id, min(why) AS why FROM ({found}) f GROUP BY thread_id OFFSET 0"
# Whatever was linked or undone once is settled; so is what belongs to another piece of work
FRESH = """NOT EXISTS (SELECT 1 FROM inbox_threadlink x WHERE x.workspace_id = {here}
  AND x.thread_id = c.thread_id AND ((x.kind = %(kind)s AND x.object_id = %(pk)s)
    OR (%(kind)s = ANY(%(works)s) AND x.kind = ANY(%(works)s) AND x.undone_at IS NULL)))"""
# In a mailbox of the member, and not put out of sight
OWN = """EXISTS (SELECT 1 FROM inbox_mailboxthread e WHERE e.workspace_id = {here}
  AND e.thread_id = c.thread_id AND e.mailbox_id = ANY(%(own)s)
  AND e.place NOT IN ('trash', 'spam'))"""


@dataclass(frozen=True, slots=True)
class Source:
    """How threads of a record are found: a statement, its words, and the ids it looks for."""

    statements: tuple[str, ...]
    words: Sequence[str] = ()
    ids: Sequence[int] = ()


def source(record: Any) -> Source:
    """How the earlier threads of a record are found."""
    if isinstance(record, Person):
        addresses = record.emails.values_list("address", flat=True)
        return Source((OF_ADDRESSES,), [address.lower() for address in addresses])
    if isinstance(record, Organization):
        names = [each.lower() for each in record.domains if not domains.is_free(each.lower())]
        people = Person.objects.filter(organization=record, trashed_at=None)
        ids = list(people.values_list("pk", flat=True))
        return Source((OF_PEOPLE, OF_DOMAINS) if names else (OF_PEOPLE,), names, ids)
    return Source((OF_PEOPLE,), ids=people_of(record))


def people_of(record: Any) -> list[int]:
    """The people of a deal, lead or project by their ids, the main one first."""
    found = [record.person_id] if record.person_id else []
    if isinstance(record, Deal):
        rows = DealPerson.objects.filter(deal=record).order_by("pk")
        found += rows.values_list("person_id", flat=True)
    elif isinstance(record, Project):
        links = ProjectLink.objects.filter(project=record, person__isnull=False).order_by("pk")
        found += links.values_list("person_id", flat=True)
    return list(dict.fromkeys(found))


def earlier(record: Any, *, member: Membership | None = None) -> list[tuple[int, str]]:
    """(thread id, address that leads there or "") of threads that nobody linked to the record.

    With a member only those in his own mailboxes. One query, and one for whom it is with.
    """
    found = source(record)
    if not (found.words or found.ids):
        return []
    values: dict[str, Any] = {
        "words": list(found.words),
        "ids": list(found.ids),
        "kind": record.kind(),
        "pk": record.pk,
        "works": list(openings.KINDS),
    }
    where = FRESH
    if member is not None:
        values["own"] = access.mailbox_ids(member)
        where += f" AND {OWN}"
    union = " UNION ALL ".join(found.statements)
    text = f"SELECT c.thread_id, c.why FROM ({EACH.replace('{found}', union)}) c WHERE {where}"
    with connections["default"].cursor() as cursor:
        cursor.execute(text.replace("{here}", HERE), values)
        return [(thread_id, why or "") for thread_id, why in cursor.fetchall()]


def called(record: Any, addresses: Sequence[str], member: Membership) -> str:
    """With whom the earlier threads are, in a word: one address, or who it is; "" for several."""
    named = {address for address in addresses if address}
    if len(named) == 1:
        return named.pop()
    if isinstance(record, Person | Organization):
        return str(record.name)
    seen = Person.objects.visible_to(member).filter(pk__in=people_of(record))
    names = list(seen.values_list("name", flat=True)[:2])
    return str(names[0]) if len(names) == 1 else ""
