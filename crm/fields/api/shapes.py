"""The shape every record has for programs."""

from crm.fields.api.custom import Custom
from crm.fields.api.fields import Own
from crm.fields.api.label_names import LabelNames
from crm.fields.models import Visibility
from crm.ui.rest import fields, shapes


class RecordShape(shapes.Shape):
    """What a record of any kind answers with."""

    id = fields.Id(source="uid")
    owner = fields.Id(source="owner.uid", allow_null=True, default=None)
    visibility = fields.Choice(choices=Visibility.choices)
    labels = LabelNames()
    custom = Own(help_text="The workspace's own fields by their keys.")
    version = fields.Number(help_text="Counts changes; send it back as `If-Match`.")
    created_at = fields.Moment()
    updated_at = fields.Moment()


class NewRecordShape(shapes.Shape):
    """What a new record of any kind may say."""

    owner = fields.Colleague(
        required=False,
        help_text="The id of a member; the one who asks, if not given.",
    )
    visibility = fields.Choice(
        choices=Visibility.choices, required=False, help_text="Who sees it besides the owner."
    )
    labels = LabelNames(required=False, help_text="Their names; all of them.")
    custom = Custom(required=False)
