"""What a page needs to show records: their facts, labels, and the names of what they refer to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from crm.fields.facts import REFERENCES, Fact
from crm.fields.models import Label, Record, Visibility, kinds
from crm.fields.queries.knowing import facts_of, labels_of
from crm.fields.queries.seeing import sees
from crm.workspaces.models import Membership
from crm.workspaces.tenancy import required


@dataclass(frozen=True)
class Sheet:
    """Facts of a kind, and what their values are called, as one member sees it."""

    member: Membership
    model: type[Record]
    facts: Mapping[str, Fact]
    labels: Mapping[int, Label]
    # Public id of a member or another record → (its name, the record or None for a member)
    names: Mapping[str, tuple[str, Any]] = field(default_factory=dict)

    def value(self, record: Record, fact: Fact) -> Any:
        """What is known, in Python: rows for references and labels, dates for dates.

        A record that the member does not see is not told, whoever refers to it.
        """
        if fact.custom:
            return self._own(fact, record.custom.get(fact.name))
        if fact.type == "labels":
            return [self.labels[pk] for pk in record.label_ids if pk in self.labels]
        if fact.type in ("emails", "phones"):
            rows = getattr(record, fact.name).all()
            return sorted(rows, key=lambda row: (not row.is_primary, row.pk))
        if fact.type == "visibility":
            return Visibility(record.visibility).label
        found: Any = record
        for step in fact.column.split("__"):
            found = getattr(found, step) if found is not None else None
        return None if isinstance(found, Record) and not sees(self.member, found) else found

    def _own(self, fact: Fact, value: Any) -> Any:
        if value is None:
            return None
        if fact.type in REFERENCES:
            return self.names.get(value, ("", None))[0]
        if fact.type == "choice":
            return fact.words_of(value)
        if fact.type == "choices":
            return [fact.words_of(key) for key in value]
        if fact.type == "date":
            return date.fromisoformat(value)
        if fact.type == "date_range":
            return [date.fromisoformat(value["from"]), date.fromisoformat(value["to"])]
        return value


def sheet(
    model: type[Record],
    records: Sequence[Record],
    member: Membership,
    known: Mapping[str, Fact] | None = None,
) -> Sheet:
    """What showing these records takes: two queries, and one for each kind they refer to.

    `known` are the facts of the kind, where they were asked for already.
    """
    facts = facts_of(model) if known is None else known
    labels = {label.pk: label for label in labels_of(model.kind())}
    return Sheet(member, model, facts, labels, _names(facts.values(), records, member))


def _names(
    facts: Iterable[Fact], records: Sequence[Record], member: Membership
) -> dict[str, tuple[str, Any]]:
    found: dict[str, tuple[str, Any]] = {}
    for kind in REFERENCES:
        keys = [fact.name for fact in facts if fact.custom and fact.type == kind]
        uids = {row.custom[key] for row in records for key in keys if row.custom.get(key)}
        if not uids:
            continue
        if kind == "member":
            here = Membership.objects.using("default").filter(workspace_id=required())
            found |= {str(row.uid): (row.name, None) for row in here.filter(uid__in=uids)}
        else:
            rows = kinds()[kind].objects.visible_to(member).filter(uid__in=uids)
            found |= {str(row.uid): (row.name, row) for row in rows}
    return found
