"""The second line of a record that is offered: what tells two of one name apart."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from crm.fields import phones
from crm.fields.facts import Fact, declared
from crm.fields.queries import Sheet
from crm.fields.views import sheets
from crm.fields.views.kinds import KINDS
from crm.workspaces.models import Membership

BETWEEN = " · "


@dataclass(frozen=True, slots=True)
class Offered:
    """A record that may be taken, with its second line."""

    kind: str
    uid: UUID
    name: str
    line: str


def offered(member: Membership, found: Iterable[Any]) -> list[Offered]:
    """Those found (each with `kind`, `uid`, `name`) with their lines.

    At most three queries for each kind among them.
    """
    rows = list(found)
    by_kind: dict[str, list[UUID]] = {}
    for row in rows:
        by_kind.setdefault(row.kind, []).append(row.uid)
    lines = {
        (kind, row.uid): line(member, row)
        for kind, uids in by_kind.items()
        for row in KINDS[kind].rows(member).filter(uid__in=uids)
    }
    return [
        Offered(each.kind, each.uid, each.name, lines.get((each.kind, each.uid), ""))
        for each in rows
    ]


def of(member: Membership, records: Sequence[Any]) -> list[Offered]:
    """The same of records that are there."""
    return offered(member, [Offered(row.kind(), row.uid, row.name, "") for row in records])


def line(member: Membership, record: Any) -> str:
    """What is known of a record that tells it from others of its name, as texts."""
    kind = KINDS[record.kind()]
    facts = {fact.name: fact for fact in declared(kind.model)}
    known = Sheet(member, kind.model, facts, {})
    texts = [_text(facts[name], known.value(record, facts[name])) for name in kind.apart]
    return BETWEEN.join(text for text in texts if text)


def _text(fact: Fact, value: Any) -> str:
    """On one line; of several values the first."""
    if fact.type == "phone" and value:
        return phones.shown(value)
    first = value[:1] if isinstance(value, list) else value
    return " ".join(str(sheets.cell(first)).split())
