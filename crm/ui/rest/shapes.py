"""What comes in and goes out: shapes that refuse what they do not know."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from crm.ui.rest import fields

LIMIT = 50
LONGEST_PAGE = 200


class Shape(serializers.Serializer[Any]):
    """A JSON object; a name it does not know is an error, not a silence."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            self._refuse_half(data)
            known = {name for name, field in self.fields.items() if not field.read_only}
            unknown = sorted(str(name) for name in data if name not in known)
            if unknown:
                text = _("There is no such field here.")
                raise serializers.ValidationError(
                    {name: [serializers.ErrorDetail(text, code="unknown")] for name in unknown}
                )
        return super().to_internal_value(data)

    def _refuse_half(self, data: Mapping[str, Any]) -> None:
        """A change may leave out fields of the row, but not halves of the objects within."""
        if self.parent is None or not getattr(self.root, "partial", False):
            return
        lacking = [name for name, field in self.fields.items() if field.required]
        text = serializers.ErrorDetail("This field is required.", code="required")
        errors = {name: [text] for name in lacking if name not in data}
        if errors:
            raise serializers.ValidationError(errors)

    @classmethod
    def declared(cls) -> list[str]:
        """The names this shape knows."""
        return list(cls._declared_fields)


class Beside:
    """A row with what is told beside it: the row itself stays as it is stored."""

    def __init__(self, row: Any, **told: Any) -> None:
        self._row = row
        self.__dict__.update(told)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._row, name)


class Nothing(Shape):
    """The body of a call that needs none."""


class Query(Shape):
    """What may stand behind the question mark."""


class PageQuery(Query):
    """A list: how many at once, and from where."""

    limit = fields.Number(
        min_value=1,
        max_value=LONGEST_PAGE,
        default=LIMIT,
        help_text=f"How many to answer at once, at most {LONGEST_PAGE}.",
    )
    cursor = fields.Text(
        required=False,
        max_length=4000,
        help_text="Where to go on: take it from `next` or `previous`, as it is.",
    )


class NamedQuery(PageQuery):
    """A list of what has a name."""

    q = fields.Text(
        required=False, allow_blank=True, max_length=120, help_text="A part of the name."
    )


class DatedQuery(NamedQuery):
    """A list of what has a name and says when it was changed."""

    updated_since = fields.Moment(
        required=False, help_text="Made or changed at that time or later, the longest ago first."
    )
