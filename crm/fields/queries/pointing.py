"""Which rows point at a record, whatever app they are of."""

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, QuerySet

from crm.fields.models import Compared, Field, Likeness, Merge, Record, kinds
from crm.workspaces import tenancy

# Rows about the comparing and merging itself
OURS = (Compared, Likeness, Merge)


@dataclass(frozen=True)
class Pointer:
    """A column by which rows of a model point at records of a kind.

    `kind` is set where the row names the kind beside the id, as events do.
    """

    model: type[Any]
    column: str
    kind: str = ""

    @property
    def label(self) -> str:
        return self.model._meta.label

    def rows(self, pk: int) -> QuerySet[Any]:
        """The rows that point at this record."""
        wanted: dict[str, Any] = {self.column: pk} | ({"kind": self.kind} if self.kind else {})
        rows: QuerySet[Any] = self.model._default_manager.filter(**wanted)
        return rows

    def movable(self, pk: int, to: int) -> QuerySet[Any]:
        """Those of them that may point at the other record without doubling a row of it."""
        rows = self.rows(pk)
        for names in self._once():
            same = {name: OuterRef(name) for name in names}
            rows = rows.exclude(Exists(self.rows(to).filter(**same)))
        return rows

    def _once(self) -> list[list[str]]:
        """Beside which columns this one may stand only once."""
        found = []
        for constraint in self.model._meta.constraints:
            names = list(getattr(constraint, "fields", ()))
            own = self.column.removesuffix("_id") if not self.kind else self.column
            if isinstance(constraint, models.UniqueConstraint) and own in names:
                found.append([name for name in names if name not in (own, "workspace", "kind")])
        return found


def pointers(model: type[Record]) -> list[Pointer]:
    """Every way in which rows point at records of this kind, but its own parts."""
    found = []
    for link in model._meta.get_fields(include_hidden=True):
        if not (link.auto_created and (link.one_to_many or link.one_to_one)):
            continue
        other: Any = link
        owner, field = other.related_model, other.field
        if issubclass(owner, tenancy.WorkspaceModel) and owner._meta.label not in model.PARTS:
            found.append(Pointer(owner, field.attname))
    for owner in apps.get_models():
        if not issubclass(owner, tenancy.WorkspaceModel) or owner in OURS:
            continue
        names = {field.name for field in owner._meta.concrete_fields}
        if {"kind", "object_id"} <= names and not owner.is_append_only:
            found.append(Pointer(owner, "object_id", model.kind()))
    return found


def naming(model: type[Record], uid: str) -> list[tuple[type[Record], str, int]]:
    """Records whose own fields name this one: (kind, key of the field, id); a query a field."""
    found = []
    known = kinds()
    for field in Field.objects.filter(type=model.kind()):
        owner = known.get(field.kind)
        if owner is not None:
            rows = owner.objects.filter(custom__contains={field.key: uid})
            found += [(owner, field.key, pk) for pk in rows.values_list("pk", flat=True)]
    return found
