"""What is said of threads that were there before a record."""

from typing import Any

from drf_spectacular.utils import OpenApiExample

from crm.timeline.api import about
from crm.ui.rest import fields, shapes

UID = "01941f29-7c00-7a3c-9b1e-0f5d8c2b6a47"
DEAL = OpenApiExample("Those of a deal", {"deal": UID}, request_only=True)
BACK = OpenApiExample(
    "Those of a deal, attached then",
    {"deal": UID, "attached_at": "2026-11-20T09:30:00Z"},
    request_only=True,
)


class _EarlierQuery(shapes.Query):
    """The record; without one nothing is offered."""


class _Attaching(shapes.Shape):
    """The record whose earlier threads are meant."""


class _Returning(shapes.Shape):
    """The record, and when its threads were attached."""

    attached_at = fields.Moment(help_text="As the answer said it that attached them.")


EarlierQuery: Any = about.each(_EarlierQuery, "EarlierQuery", "What could belong to this {word}.")
AttachingShape = about.each(_Attaching, "AttachingShape", "The id of a {word}.")
ReturningShape = about.each(_Returning, "ReturningShape", "The id of a {word}.")


class EarlierShape(shapes.Shape):
    count = fields.Number(help_text="How many threads of one's own mailboxes are offered.")
    correspondent = fields.Text(help_text="With whom, in a word; empty for several.")
    attached_at = fields.Moment(
        allow_null=True, help_text="After attaching: what `threads/earlier/return/` needs."
    )
