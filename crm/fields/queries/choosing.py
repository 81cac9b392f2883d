"""What may be chosen as the value of a fact in a filter."""

from typing import Any

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


def is_here(member: Membership, model: type[Record], fact: Fact, uid: str) -> bool:
    """Whether an own field may refer to this: a colleague, a visible record, or what one of the
    visible records of this model refers to already.
    """
    if fact.type == "member":
        here = Membership.objects.using("default").filter(workspace_id=required(), uid=uid)
        return here.exists()
    if kinds()[fact.type].objects.visible_to(member).filter(uid=uid).exists():
        return True
    kept = model.objects.visible_to(member).filter(custom__contains={fact.name: uid})
    return bool(kept.exists())
