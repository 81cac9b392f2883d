"""What is said of comments, and what a program says."""

from typing import Any

from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers

from crm.timeline import wording
from crm.ui.rest import fields, shapes
from inbox.actions import commenting as actions
from inbox.api import refs

EXAMPLE = OpenApiExample(
    "A comment",
    request_only=True,
    value={
        "thread": "01941f29-7c00-7a3c-9b1e-0f5d8c2b6a47",
        "html": "<p>@Bob Lindqvist, can we promise Tuesday?</p>",
    },
)


class CommentShape(shapes.Shape):
    id = fields.Id(source="uid")
    thread = fields.Id(source="thread.uid")
    mailbox = fields.Id(source="mailbox.uid", help_text="Whoever reads the thread there reads it.")
    html = fields.Text()
    text = fields.Text(help_text="Its words without formatting.")
    author = fields.Id(source="by.uid", allow_null=True, default=None)
    created_at = fields.Moment()
    changed_at = fields.Moment(allow_null=True)


class SaidShape(CommentShape):
    shared_with = serializers.ListField(
        child=fields.Id(), help_text="Members who may read the thread from now on."
    )
    not_told = serializers.ListField(
        child=fields.Id(), help_text="Members named who cannot read it; only its owner lets them."
    )


class NewCommentShape(shapes.Shape):
    thread = refs.ThreadRef(help_text="The thread it is about.")
    html = fields.Text(
        max_length=wording.LONGEST,
        help_text="Paragraphs, lists, links; @ and a name tells a colleague and shares the thread.",
    )


class ChangedCommentShape(shapes.Shape):
    html = fields.Text(max_length=wording.LONGEST)


class CommentQuery(shapes.PageQuery):
    thread = refs.ThreadRef(required=False, help_text="Comments on this thread only.")


def told(said: actions.Said) -> Any:
    """A comment and whom it let in, as the API tells them."""
    row = shapes.Beside(
        said.comment,
        shared_with=[member.uid for member in said.shared],
        not_told=[member.uid for member in said.outside],
    )
    return SaidShape(row).data
