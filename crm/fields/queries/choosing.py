"""What may be chosen as the value of a fact in a filter."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from crm.fields import spelling
from crm.fields.facts import Fact, Words
from crm.fields.filters import ME
from crm.fields.models import Record, Visibility, kinds
from crm.fields.queries.knowing import labels_of
from crm.workspaces.models import Membership
from crm.workspaces.tenancy import required

MOST = 200


def choices(model: type[Record], fact: Fact, me: Words) -> list[tuple[str, Words]]:
    """(value, words) of all that may be chosen; of another record nothing, it is named."""
    if fact.type == "labels":
        return [(str(label.uid), label.name) for label in labels_of(model.kind())]
    if fact.type == "member":
        here = Membership.objects.using("default").filter(workspace_id=required(), is_active=True)
        return [(ME, me), *((str(row.uid), row.name) for row in here.order_by("name", "pk")[:MOST])]
    if fact.type == "visibility":
        return [(choice.value, choice.label) for choice in Visibility]
    if fact.type == "row":
        field: Any = model._meta.get_field(fact.column)
        rows = field.related_model.objects.order_by("position", "pk")[:MOST]
        return [(str(row.uid), str(row)) for row in rows]
    return list(fact.options)


def named(member: Membership, kind: str, name: str) -> str:
    """The id of the visible record of that name, or "" where there is none."""
    rows = kinds()[kind].objects.visible_to(member)
    found = (
        rows.filter(name_key=spelling.sort_key(name.strip()))
        .order_by("pk")
        .values_list("uid", flat=True)
        .first()
    )
    return str(found) if found else ""


def names(member: Membership, kind: str, uids: Iterable[str]) -> list[str]:
    """What visible records are called."""
    wanted = []
    for uid in uids:
        try:
            wanted.append(UUID(uid))
        except ValueError:
            continue
    rows = kinds()[kind].objects.visible_to(member).filter(uid__in=wanted)
    return list(rows.values_list("name", flat=True))
