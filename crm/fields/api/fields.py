"""Labels, own fields and filters as programs write them."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from crm.fields import queries, spelling, values
from crm.fields.facts import REFERENCES, Fact
from crm.fields.models import Record
from crm.fields.queries import beside, choosing
from crm.ui.rest import fields as shaped

MOST_LABELS = 50


@extend_schema_field({"type": "array", "items": {"type": "string"}, "maxItems": MOST_LABELS})
class LabelNames(serializers.Field):  # type: ignore[type-arg]
    """Labels by their names; kept as the ids of the kind's labels."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(source="label_ids", **kwargs)

    def _known(self) -> dict[int, str]:
        context: Any = self.context
        if "labels" not in context:
            kind = context["view"].model.kind()
            context["labels"] = {label.pk: label.name for label in queries.labels_of(kind)}
        known: dict[int, str] = context["labels"]
        return known

    def to_representation(self, value: Any) -> list[str]:
        known = self._known()
        return [known[pk] for pk in value if pk in known]

    def to_internal_value(self, data: Any) -> list[int]:
        if not isinstance(data, list) or len(data) > MOST_LABELS:
            raise serializers.ValidationError(_("Give a list of labels."), code="invalid")
        known = {spelling.sort_key(name): pk for pk, name in self._known().items()}
        found = []
        for name in data:
            pk = known.get(spelling.sort_key(name)) if isinstance(name, str) else None
            if pk is None:
                text = _("There is no label “%(name)s” here.") % {"name": name}
                raise serializers.ValidationError(text, code="unknown")
            found.append(pk)
        return list(dict.fromkeys(found))


@extend_schema_field({"type": "object", "additionalProperties": True})
class Custom(serializers.Field):  # type: ignore[type-arg]
    """Own fields by their keys or names; null empties one, what is left out stays."""

    def to_representation(self, value: Any) -> Any:
        return value

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, Mapping):
            raise serializers.ValidationError(_("Give an object."), code="invalid")
        model: type[Record] = self.context["view"].model
        known = {name: fact for name, fact in queries.facts_of(model).items() if fact.custom}
        by_name = {spelling.sort_key(str(fact.label)): name for name, fact in known.items()}
        read, errors = {}, {}
        for said, value in data.items():
            key = said if said in known else by_name.get(spelling.sort_key(str(said)), "")
            if key not in known:
                errors[str(said)] = [
                    serializers.ErrorDetail(_("There is no such field here."), code="unknown")
                ]
                continue
            try:
                read[key] = self._read(model, known[key], value)
            except values.Unfit as error:
                errors[str(said)] = [serializers.ErrorDetail(str(error), code="invalid")]
        if errors:
            raise serializers.ValidationError(errors)
        return read

    def _read(self, model: type[Record], fact: Fact, value: Any) -> Any:
        found = values.read(fact, value)
        if found is None or fact.type not in REFERENCES:
            return found
        if not choosing.is_here(self.context["member"], model, fact, found):
            raise values.Unfit(_("This is not here."))
        return found


class Own(serializers.DictField):
    """Own fields by their keys, without those that refer to a record hidden from who asks."""

    def to_representation(self, value: Any) -> dict[str, Any]:
        hidden = self._hidden()
        return {key: each for key, each in value.items() if _uid(each) not in hidden}

    def _hidden(self) -> set[UUID | None]:
        """The hidden records that any of the shown rows refers to; a query a kind, for all rows."""
        context: Any = self.context
        if "hidden" not in context:
            shown: Any = self.root.instance
            rows = shown if isinstance(shown, list | tuple) else [shown]
            uids = {_uid(each) for row in rows for each in row.custom.values()} - {None}
            context["hidden"] = beside.hidden(context["member"], uids) if uids else set()
        found: set[UUID | None] = context["hidden"]
        return found


def _uid(value: Any) -> UUID | None:
    return shaped.as_uid(value) if isinstance(value, str) else None


class Seen(shaped.Id):
    """The id of a record that this one belongs to; null where it is hidden from who asks."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, allow_null=True, **kwargs)

    def get_attribute(self, instance: Any) -> Any:
        row = super().get_attribute(instance)
        return row.uid if row and queries.sees(self.context["member"], row) else None


@extend_schema_field({"type": "string", "description": "A filter as JSON."})
class FilterText(serializers.Field):  # type: ignore[type-arg]
    """A filter tree, written as JSON in the query."""

    def to_representation(self, value: Any) -> str:
        return json.dumps(value)

    def to_internal_value(self, data: Any) -> Any:
        try:
            tree = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise serializers.ValidationError(_("This is not JSON."), code="invalid") from error
        if not isinstance(tree, dict):
            raise serializers.ValidationError(_("Give an object."), code="invalid")
        return tree
