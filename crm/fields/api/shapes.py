"""The shape every record has for programs."""

import json
from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from crm.fields import queries, spelling, values
from crm.fields.models import Record, Visibility
from crm.ui.rest import fields, shapes
from crm.workspaces.models import Membership

MOST_LABELS = 50


def members(asking: Membership) -> QuerySet[Membership]:
    """Everybody of the workspace, who may own a record."""
    return Membership.objects.using("default").filter(workspace_id=asking.workspace_id)


@extend_schema_field({"type": "array", "items": {"type": "string"}, "maxItems": MOST_LABELS})
class LabelNames(serializers.Field):  # type: ignore[type-arg]
    """Labels by their names; kept as the ids of the kind's labels."""

    def __init__(self, kind: str, **kwargs: Any) -> None:
        self.kind = kind
        super().__init__(source="label_ids", **kwargs)

    def _known(self) -> dict[int, str]:
        context: Any = self.context
        kept: dict[str, dict[int, str]] = context.setdefault("labels", {})
        if self.kind not in kept:
            kept[self.kind] = {label.pk: label.name for label in queries.labels_of(self.kind)}
        return kept[self.kind]

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
    """The workspace's own fields by their keys; null empties one, what is left out stays."""

    def __init__(self, model: type[Record], **kwargs: Any) -> None:
        self.model = model
        super().__init__(**kwargs)

    def to_representation(self, value: Any) -> Any:
        return value

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, Mapping):
            raise serializers.ValidationError(_("Give an object."), code="invalid")
        known = {name: fact for name, fact in queries.facts_of(self.model).items() if fact.custom}
        read, errors = {}, {}
        for key, value in data.items():
            if key not in known:
                errors[str(key)] = [
                    serializers.ErrorDetail(_("There is no such field here."), code="unknown")
                ]
                continue
            try:
                read[key] = values.read(known[key], value)
            except values.Unfit as error:
                errors[str(key)] = [serializers.ErrorDetail(str(error), code="invalid")]
        if errors:
            raise serializers.ValidationError(errors)
        return read


class RecordShape(shapes.Shape):
    """What a record of any kind answers with."""

    id = fields.Id(source="uid")
    owner = fields.Id(source="owner.uid", allow_null=True, default=None)
    visibility = fields.Choice(choices=Visibility.choices)
    custom = serializers.DictField(help_text="The workspace's own fields by their keys.")
    version = fields.Number(help_text="Counts changes; send it back as `If-Match`.")
    created_at = fields.Moment()
    updated_at = fields.Moment()


class NewRecordShape(shapes.Shape):
    """What a new record of any kind may say."""

    owner = fields.Ref(
        members,
        required=False,
        help_text="The id of a member; the one who asks, if not given.",
    )
    visibility = fields.Choice(
        choices=Visibility.choices, required=False, help_text="Who sees it besides the owner."
    )


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


class RecordQuery(shapes.PageQuery):
    """What a list of records may be asked."""

    q = fields.Text(
        required=False,
        allow_blank=True,
        max_length=200,
        help_text="Words that the record holds, without regard to case and accents.",
    )
    updated_since = fields.Moment(
        required=False,
        help_text="Records made or changed at that time or later, the longest ago first.",
    )
    owner = fields.Ref(members, required=False, help_text="Records of this member.")
    filter = FilterText(
        required=False,
        help_text='Conditions, as `{"all": [{"field": "owner", "is": "any_of", "value": '
        '["me"]}]}`; “any” for or.',
    )
    sort = fields.Choice(
        choices=["name", "-name", "created_at", "-created_at", "updated_at", "-updated_at"],
        required=False,
        help_text="The order; last made first if not given.",
    )
    trashed = fields.Flag(
        required=False, default=False, help_text="Records in the trash instead of the others."
    )
    fields = fields.Text(  # type: ignore[assignment]  # a parameter of that name
        required=False,
        max_length=500,
        help_text="Only these fields of each record, separated by commas.",
    )
