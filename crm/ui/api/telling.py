"""What the token's user is told of aloud, and when not."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.ui.rest import counted, fields, shapes
from crm.ui.rest.resources import Resource
from crm.workspaces import actions, quiet
from crm.workspaces.models import User

EXAMPLE = OpenApiExample(
    "Quiet at night and on weekends",
    request_only=True,
    value={"quiet_from": "18:00", "quiet_until": "08:00", "quiet_days": [6, 7]},
)


class TellingShape(shapes.Shape):
    browser_tells = fields.Choice(
        choices=User.Told.choices, help_text="What the browser tells of, if its user lets it."
    )
    quiet_from = fields.Clock(
        allow_null=True, help_text="As clocks show it in `time_zone`; null for no quiet hours."
    )
    quiet_until = fields.Clock(
        allow_null=True, help_text="When they end; before `quiet_from` it is the next morning."
    )
    quiet_days = counted.Few(
        child=fields.Number(min_value=1, max_value=7),
        max_length=7,
        help_text="Days that are quiet as a whole, 1 is Monday (ISO 8601).",
    )
    time_zone = fields.Text(read_only=True)
    quiet_now = fields.Flag(read_only=True, help_text="The bell counts on, nothing pops up.")

    def to_representation(self, instance: User) -> Any:
        told = shapes.Beside(
            instance,
            quiet_days=sorted(instance.quiet_days or []),
            quiet_now=quiet.holds(instance, timezone.now()),
        )
        return super().to_representation(told)


class Telling(Resource):
    """Notices of the user's browser, and quiet hours; the same in every workspace."""

    read_scope = "activities:read"
    write_scope = "activities:write"
    serializer_class = TellingShape

    @extend_schema(summary="Read quiet hours")
    def retrieve(self, request: Request) -> Response:
        """What the browser tells of, and when nothing is told aloud."""
        return self.shown(self.token.member.user)

    @extend_schema(summary="Change quiet hours", examples=[EXAMPLE])
    def partial_update(self, request: Request) -> Response:
        """Change what is named; both ends of quiet hours, or none."""
        user = self.token.member.user
        asked = self.read(TellingShape, partial=True)
        begins = asked.get("quiet_from", user.quiet_from)
        ends = asked.get("quiet_until", user.quiet_until)
        if (begins is None) != (ends is None) or (begins is not None and begins == ends):
            text = _("Say when it begins and when it ends, or leave both empty.")
            raise ValidationError({"quiet_until": [text]}, code="quiet")
        if "quiet_days" in asked:
            asked["quiet_days"] = sorted(set(asked["quiet_days"]))
        actions.change_profile(user=user, name=user.name, preferences=asked)
        return self.shown(user)
