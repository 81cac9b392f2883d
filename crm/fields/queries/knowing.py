"""What can be known of a kind of record in this workspace."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from crm.fields import facts, filters
from crm.fields.facts import Fact
from crm.fields.models import Field, Label, Record, Visibility, kinds
from crm.fields.queries import beside
from crm.workspaces.models import Membership
from crm.workspaces.statements import Given, Statement

FIELDS = Statement(
    lambda: Field.objects.filter(kind=Given("kind"), removed_at=None).order_by("position", "id")
)
LABELS = Statement(lambda: Label.objects.filter(kind=Given("kind")).order_by("position", "id"))


def facts_of(model: type[Record]) -> dict[str, Fact]:
    """Every fact of a kind by its name, the workspace's own fields last; one query."""
    known = {fact.name: fact for fact in facts.declared(model)}
    for field in FIELDS.rows(kind=model.kind()):
        known[field.key] = Fact(
            name=field.key,
            label=field.name,
            type=field.type,
            custom=True,
            required=field.is_required,
            required_in=tuple(field.required_in),
            options=tuple(
                (each["key"], each["name"]) for each in field.options if not each.get("gone")
            ),
            former={each["key"]: each["name"] for each in field.options if each.get("gone")},
            hues={each["key"]: each.get("hue", "stone") for each in field.options},
        )
    return known


def labels_of(kind: str) -> list[Label]:
    """The labels of a kind in their order."""
    return LABELS.rows(kind=kind)


def asked_by(
    member: Membership,
    model: type[Record],
    at: datetime,
    known: dict[str, Fact] | None = None,
) -> filters.Asked:
    """What compiling a filter for this member needs."""

    def refer(kind: str, uids: Iterable[UUID]) -> list[int]:
        if kind == "label":
            rows = Label.objects.filter(kind=model.kind(), uid__in=uids)
        elif kind == "member":
            rows = Membership.objects.using("default").filter(uid__in=uids)
        elif kind not in kinds():
            # A column of this kind that points at something the workspace set up
            field: Any = model._meta.get_field(kind)
            rows = field.related_model.objects.filter(uid__in=uids)
        else:
            rows = kinds()[kind].objects.visible_to(member).filter(uid__in=uids)
        return list(rows.values_list("pk", flat=True))

    points = partial(beside.refers, model, member)
    return filters.Asked(model, known or facts_of(model), member, at, refer, points)


VISIBILITIES = tuple((choice.value, choice.label) for choice in Visibility)
