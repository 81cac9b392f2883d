"""What can be known of a kind of record in this workspace."""

from crm.fields import facts
from crm.fields.facts import Fact
from crm.fields.models import Field, Label, Record, Visibility
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


VISIBILITIES = tuple((choice.value, choice.label) for choice in Visibility)
