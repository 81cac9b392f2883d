"""Lists that are counted before anything in them is read, since each value may cost a query."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.settings import api_settings

from crm.ui.rest import shapes

MOST_AT_ONCE = 200


class Few(serializers.ListField):
    """At most `max_length` values."""

    def to_internal_value(self, data: Any) -> Any:
        if self.max_length is not None and isinstance(data, list) and len(data) > self.max_length:
            self.fail("max_length", max_length=self.max_length)
        return super().to_internal_value(data)


class Many(shapes.Shape):
    """Lists of what to make, change and delete: not more than one transaction should hold."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            lists = (data.get(name) for name in ("create", "update", "delete"))
            if sum(len(each) for each in lists if isinstance(each, list)) > MOST_AT_ONCE:
                text = _("At most %(most)s at once.") % {"most": MOST_AT_ONCE}
                many = serializers.ErrorDetail(text, code="too_many")
                raise serializers.ValidationError({api_settings.NON_FIELD_ERRORS_KEY: [many]})
        return super().to_internal_value(data)
