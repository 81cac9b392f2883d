"""Own fields and filters as programs write them."""

import json
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from crm.fields.queries import beside
from crm.ui.rest import fields as shaped


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
