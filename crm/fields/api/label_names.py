"""The labels of a record as programs write them."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from crm.fields import queries, spelling
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


class Seen(shaped.Id):
    """The id of a record that this one belongs to; null where it is hidden from who asks."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, allow_null=True, **kwargs)

    def get_attribute(self, instance: Any) -> Any:
        row = super().get_attribute(instance)
        return row.uid if row and queries.sees(self.context["member"], row) else None
