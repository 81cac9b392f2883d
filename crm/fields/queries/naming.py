"""The names of what a filter refers to."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from crm.fields import spelling
from crm.fields.models import Record, kinds
from crm.workspaces.models import Membership


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
