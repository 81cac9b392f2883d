"""The workspace's own fields of a record as programs write them."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from crm.fields import queries, spelling, values
from crm.fields.facts import REFERENCES, Fact
from crm.fields.models import Record
from crm.fields.queries import choosing


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
