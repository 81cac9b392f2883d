"""What activities look like for programs."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from crm.timeline.api import about
from crm.timeline.models import ActivityType
from crm.ui.rest import counted, fields, shapes
from crm.workspaces.models import Membership

LONGEST = 60 * 24 * 7


def types(asking: Membership) -> QuerySet[ActivityType]:
    """Every type there is or was."""
    found: QuerySet[ActivityType] = ActivityType.objects.all()
    return found


class ActivityShape(shapes.Shape):
    id = fields.Id(source="uid")
    type = fields.Id(source="type.uid")
    subject = fields.Text()
    due_on = fields.Day(allow_null=True)
    due_at = fields.Moment(allow_null=True, help_text="Null where the whole day is meant.")
    minutes = fields.Number(allow_null=True)
    note = fields.Text()
    assignee = fields.Id(source="assignee.uid", allow_null=True, default=None)
    remind_before = fields.Number(allow_null=True)
    done = fields.Flag(source="is_done")
    done_at = fields.Moment(allow_null=True)
    about = about.About()
    version = fields.Number(help_text="Counts changes; send it back as `If-Match`.")
    created_at = fields.Moment()
    updated_at = fields.Moment()


class _New(shapes.Shape):
    """An activity to plan, or with `done` one to note as done."""

    type = fields.Ref(types, required=False, help_text="The first type if not given.")
    subject = fields.Text(max_length=200)
    due_on = fields.Day(required=False, allow_null=True, help_text="A whole day.")
    due_at = fields.Moment(
        required=False, allow_null=True, help_text="A moment; `due_on` follows from it, in UTC."
    )
    minutes = fields.Number(required=False, allow_null=True, min_value=1, max_value=LONGEST)
    note = fields.Text(required=False, allow_blank=True, max_length=10_000)
    assignee = fields.Colleague(required=False, allow_null=True)
    remind_before = fields.Number(
        required=False,
        allow_null=True,
        min_value=0,
        max_value=LONGEST,
        help_text="So many minutes before it is due its assignee is told in the app.",
    )
    done = fields.Flag(required=False)


class _Query(shapes.PageQuery):
    """What a list of activities may be asked."""

    done = fields.Flag(required=False, help_text="Only done ones, or only open ones.")
    assignee = fields.Ref(about.members, required=False, help_text="To be done by this member.")
    type = fields.Ref(types, required=False, help_text="Activities of this type.")
    due_since = fields.Moment(required=False, help_text="Due at that time or later.")
    due_until = fields.Moment(required=False, help_text="Due before that time.")
    q = fields.Text(required=False, allow_blank=True, max_length=200, help_text="Words in it.")
    updated_since = fields.Moment(
        required=False, help_text="Made or changed at that time or later, the longest ago first."
    )


NewActivityShape: Any = about.linking(_New, "NewActivityShape")
ActivityQuery: Any = about.asking(_Query, "ActivityQuery")


_item = {"id": fields.Id(), "subject": fields.Text(max_length=200, required=False)}
ChangedItemShape: Any = type("ChangedActivityShape", (NewActivityShape,), _item)

# `create` and `update` are methods of a serializer, so these fields are given by name
_many = {
    "create": NewActivityShape(many=True, required=False, default=list),
    "update": ChangedItemShape(many=True, required=False, default=list),
    "delete": serializers.ListField(child=fields.Id(), required=False, default=list),
    "__doc__": "Up to 200 activities to make, change and delete.",
}
BulkShape: Any = type("ActivityBulkShape", (counted.Many,), _many)


class DoneShape(shapes.Shape):
    """What a bulk request answers with."""

    created = ActivityShape(many=True)
    updated = ActivityShape(many=True)
    deleted = serializers.ListField(child=fields.Text())
