"""Fields that take exactly what the schema says: no number for a text, no "yes" for true."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from crm.ui.rest.refusals import Absent
from crm.workspaces import directory
from crm.workspaces.models import Membership

LONGEST_TEXT = 2_000_000
CLOCK = "([01][0-9]|2[0-3]):[0-5][0-9]"


class Text(serializers.CharField):
    """A JSON string."""

    def __init__(self, **kwargs: Any) -> None:
        if not kwargs.get("read_only"):
            kwargs.setdefault("max_length", 1000)
        super().__init__(**kwargs)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if data is not serializers.empty and data is not None and not isinstance(data, str):
            self.fail("invalid")
        # What is sent is measured, not what is left of it after trimming
        if isinstance(data, str) and self.max_length is not None and len(data) > self.max_length:
            self.fail("max_length", max_length=self.max_length)
        return super().run_validation(data)


class Flag(serializers.BooleanField):
    """true or false, and in a query the words."""

    WORDS = {"true": True, "false": False}

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, str) and "request_query" in self.context:
            data = self.WORDS.get(data, data)
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Number(serializers.IntegerField):
    """A whole number; in a query its digits."""

    def to_internal_value(self, data: Any) -> Any:
        in_query = "request_query" in self.context
        if in_query and isinstance(data, str) and data.isascii() and data.isdigit():
            data = int(data[:18])
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return data


# What is told in every zone; a page could not show the last hours there are
EARLIEST = datetime.min.replace(tzinfo=UTC) + timedelta(days=1)
LATEST = datetime.max.replace(tzinfo=UTC) - timedelta(days=1)


class Moment(serializers.DateTimeField):
    """A time as in RFC 3339, section 5.6; ours are in UTC."""

    default_error_messages = {
        "zone": gettext_lazy("A time needs its offset, as in 2026-11-20T09:30:00Z.")
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default_timezone=UTC, **kwargs)

    def to_internal_value(self, value: Any) -> datetime:
        if not isinstance(value, str) or len(value) < 19 or value[10] not in "Tt ":
            self.fail("invalid", format="YYYY-MM-DDThh:mm:ss[.uuuuuu](Z|+HH:MM)")
        if value[-1:] not in "Zz" and value[-6:-5] not in ("+", "-"):
            self.fail("zone")
        try:
            moment: datetime = super().to_internal_value(value).astimezone(UTC)
        except OverflowError:
            self.fail("overflow")
        if not EARLIEST < moment < LATEST:
            self.fail("overflow")
        return moment

    def to_representation(self, value: Any) -> Any:
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z") if value else None


class Day(serializers.DateField):
    """A date, as in 2026-11-20."""

    def to_internal_value(self, value: Any) -> date:
        if not isinstance(value, str) or len(value) != 10:
            self.fail("invalid", format="YYYY-MM-DD")
        day: date = super().to_internal_value(value)
        return day


@extend_schema_field({"type": "string", "pattern": f"^{CLOCK}$"})
class Clock(serializers.TimeField):
    """Hours and minutes as clocks show them, "08:00"; of no day and no zone."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%H:%M", input_formats=["%H:%M"], **kwargs)

    def to_internal_value(self, value: Any) -> time:
        if not isinstance(value, str) or not re.fullmatch(CLOCK, value, re.ASCII):
            self.fail("invalid", format="hh:mm")
        shown: time = super().to_internal_value(value)
        return shown


@extend_schema_field({"type": "string", "pattern": r"^\d{1,14}(\.\d{1,2})?$"})
class Amount(serializers.DecimalField):
    """An amount of money, as "48600.00"; a number is taken as well."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=16, decimal_places=2, min_value=Decimal(0), **kwargs)

    def to_internal_value(self, data: Any) -> Decimal:
        if isinstance(data, bool) or not isinstance(data, str | int | float):
            self.fail("invalid")
        amount: Decimal = super().to_internal_value(data)
        return amount


class Choice(serializers.ChoiceField):
    """One of a few words."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail("invalid_choice", input=data)
        return super().to_internal_value(data)


class Address(Text, serializers.EmailField):
    """An e-mail address."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=254, **kwargs)


@extend_schema_field({"type": "string", "example": "01941f29-7c00-7a3c-9b1e-0f5d8c2b6a47"})
class Id(serializers.Field):  # type: ignore[type-arg]
    """The id of a row; for the client an opaque string."""

    def to_representation(self, value: Any) -> str:
        return str(value)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            raise serializers.ValidationError(_("An id is a string."), code="invalid")
        return data


class Ref(Id):
    """A row named by its id, among those the member may use; foreign and absent alike are 404.

    `among` gives the rows for the member who asks.
    """

    def __init__(self, among: Callable[[Any], QuerySet[Any]], **kwargs: Any) -> None:
        self.among = among
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> Any:
        uid = as_uid(super().to_internal_value(data))
        rows = self.among(self.context["member"])
        found = rows.filter(uid=uid).first() if uid is not None else None
        if found is None:
            raise Absent
        return found

    def to_representation(self, value: Any) -> str:
        return str(getattr(value, "uid", value))


class Colleague(Ref):
    """A member to whom something is given; one whose access has ended is refused by name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(everybody, **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        found: Membership = super().to_internal_value(data)
        try:
            return directory.receiver(found.uid)
        except directory.Ended as error:
            raise serializers.ValidationError(str(error), code="inactive") from error


def everybody(asking: Membership) -> QuerySet[Membership]:
    """All members of the workspace, also those who left."""
    return Membership.objects.using("default").filter(workspace_id=asking.workspace_id)


@extend_schema_field({"type": "string", "pattern": "^[0-9a-f]{64}$"})
class Hex(serializers.Field):  # type: ignore[type-arg]
    """Bytes as hexadecimal digits."""

    def to_representation(self, value: Any) -> str:
        return bytes(value).hex()


@extend_schema_field({"type": "string", "example": "<6f1d2a@mail.northwind.test>"})
class MessageId(serializers.Field):  # type: ignore[type-arg]
    """A Message-ID in its angle brackets (RFC 5322, 3.6.4), which are not stored."""

    def to_representation(self, value: Any) -> str:
        return f"<{value}>"


def as_uid(text: str) -> UUID | None:
    """The UUID a client sent back to us, or None where it is not one."""
    try:
        return UUID(text) if len(text) == 36 else None
    except ValueError:
        return None
