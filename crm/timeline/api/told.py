"""What is said of notices."""

from crm.timeline.api.about import AboutShape
from crm.timeline.models import Notice
from crm.ui.rest import fields, shapes


class NoticeShape(shapes.Shape):
    id = fields.Id(source="uid")
    why = fields.Choice(
        choices=Notice.Why.choices,
        help_text="`given`: a thread to answer; `silence`: nobody answered in time; `answered`: "
        "an answer came first, and what was to leave waits.",
    )
    by = fields.Id(source="event.by.uid", allow_null=True, default=None)
    at = fields.Moment()
    read_at = fields.Moment(allow_null=True)
    about = AboutShape(many=True, help_text="Records, as far as the member sees them.")
    thread = fields.Id(
        allow_null=True, help_text="The thread, where one may read it and its mail with the token."
    )
    activity = fields.Id(allow_null=True, help_text="The activity, while it is the member's.")


class NoticeQuery(shapes.PageQuery):
    unread = fields.Flag(required=False, help_text="Not looked at yet, or looked at.")


class ReadNoticesShape(shapes.Shape):
    read = fields.Number(help_text="How many were new.")
