"""What may be chosen as the value of a fact in a filter."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from crm.fields import spelling
from crm.fields.facts import Fact, Words
from crm.fields.filters import ME
from crm.fields.models import Record, Visibility, kinds
from crm.fields.queries.knowing import labels_of
from crm.workspaces.models import Membership
from crm.workspaces.tenancy import required

MOST = 200


@dataclass(frozen=True, slots=True)
class Named:
    """A record as somebody named it, and its id where he took it from what was offered."""

    name: str
    uid: UUID | None = None

    def __bool__(self) -> bool:
        return bool(self.name)


class Namesakes(Exception):
    """Several records that the member sees have this name, and none of them was picked."""

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(name)
        self.kind, self.name = kind, name

    def __str__(self) -> str:
        text = _("Several here are called “%(name)s”. Pick one of those offered.")
        return text % {"name": self.name}


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


def called(member: Membership, model: type[Record], meant: Named) -> Any:
    """The visible record that was taken, while it has that name; else the only one of that name.

    None where there is none; raises Namesakes where there are several.
    """
    rows = model.objects.visible_to(member)
    rows = rows.filter(name_key=spelling.sort_key(meant.name.strip())).order_by("pk")
    taken = rows.filter(uid=meant.uid).first() if meant.uid else None
    found = [taken] if taken is not None else list(rows[:2])
    if len(found) > 1:
        raise Namesakes(model.kind(), meant.name.strip())
    return found[0] if found else None


def named(member: Membership, kind: str, meant: Named) -> str:
    """The id of the visible record that is meant, or "" where there is none; raises Namesakes."""
    found = called(member, kinds()[kind], meant)
    return str(found.uid) if found else ""


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
