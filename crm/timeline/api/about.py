"""The records that something is about, for programs: one list of ids for each kind."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from crm.timeline import subjects
from crm.ui.rest import counted, fields, shapes
from crm.workspaces.models import Membership

MOST = 20
Shape = TypeVar("Shape", bound=shapes.Shape)


def members(asking: Membership) -> QuerySet[Membership]:
    """Everybody active here."""
    here = Membership.objects.using("default").filter(workspace_id=asking.workspace_id)
    return here.filter(is_active=True)


class AboutShape(shapes.Shape):
    kind = fields.Text()
    id = fields.Text()


@extend_schema_field(AboutShape(many=True))
class About(serializers.Field):  # type: ignore[type-arg]  # DRF's stubs ask for four parameters
    """The records a row is about, as far as the member sees them."""

    def __init__(self) -> None:
        super().__init__(source="*", read_only=True)

    def to_representation(self, row: Any) -> list[dict[str, str]]:
        return [
            {"kind": record._meta.model_name, "id": str(record.uid)}
            for record in self.context["about"].get(row.pk, [])
        ]


def among(word: str) -> Callable[[Membership], QuerySet[Any]]:
    """The rows of a kind that a member may name."""

    def rows(member: Membership) -> QuerySet[Any]:
        found: QuerySet[Any] = subjects.kinds()[word].objects.visible_to(member)
        return found

    return rows


def linking(base: type[shapes.Shape], name: str) -> type[shapes.Shape]:
    """A shape that takes besides its own fields `people`, `deals` and a list for every kind."""
    lists = {
        model.MANY: counted.Few(
            child=fields.Ref(among(word)),
            required=False,
            max_length=MOST,
            help_text=f"Ids of {model.MANY} that it is about.",
        )
        for word, model in subjects.kinds().items()
    }
    return type(name, (base,), {**lists, "__doc__": base.__doc__})


def asking(base: type[Shape], name: str) -> type[Shape]:
    """A query that takes `person`, `deal` and a parameter for every kind."""
    return each(base, name, "What is about this {word}.")


def each(base: type[Shape], name: str, told: str) -> type[Shape]:
    """A shape with a field for one record of every kind, which `told` explains."""
    ones = {
        word: fields.Ref(among(word), required=False, help_text=told.format(word=word))
        for word in subjects.kinds()
    }
    return type(name, (base,), {**ones, "__doc__": base.__doc__})


def taken(asked: dict[str, Any]) -> list[Any] | None:
    """Take the named records out of what was read; None where no list was given."""
    lists = [asked.pop(model.MANY) for model in subjects.kinds().values() if model.MANY in asked]
    return [record for found in lists for record in found] if lists else None


def narrowed(rows: Any, asked: Mapping[str, Any]) -> Any:
    """What is about the records of the parameters."""
    for word in subjects.kinds():
        if asked.get(word) is not None:
            rows = rows.of(asked[word])
    return rows


def seen(member: Membership, rows: Iterable[Any]) -> dict[int, list[Any]]:
    """The records each of these is about, as far as the member sees them."""
    links = [link for row in rows for link in row.about.all()]
    known = subjects.named(member, {(link.kind, link.object_id) for link in links})
    found: dict[int, list[Any]] = {}
    for link in links:
        if (link.kind, link.object_id) in known:
            found.setdefault(link.of_id, []).append(known[link.kind, link.object_id])
    return found
