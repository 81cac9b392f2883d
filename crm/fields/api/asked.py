"""What a list of records may be asked for by programs."""

from django.db.models import Q

from crm.fields.api.fields import FilterText
from crm.fields.models import View
from crm.ui.rest import fields, shapes


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
    owner = fields.Ref(fields.everybody, required=False, help_text="Records of this member.")
    filter = FilterText(
        required=False,
        help_text='Conditions, as `{"all": [{"field": "owner", "is": "any_of", "value": '
        '["me"]}]}`; “any” for or.',
    )
    view = fields.Ref(
        lambda asking: View.objects.filter(Q(owner=asking) | Q(is_shared=True)),
        required=False,
        help_text="The id of a saved view: its filter, and its order unless `sort` is given.",
    )
    sort = fields.Text(
        required=False,
        max_length=61,
        help_text="`name`, `created_at`, `updated_at` or another field that has an order, the "
        "workspace's own by their keys; with a minus the other way round. Last made first if "
        "not given.",
    )
    trashed = fields.Flag(
        required=False, default=False, help_text="Records in the trash instead of the others."
    )
    fields = fields.Text(  # type: ignore[assignment]  # a parameter of that name
        required=False,
        max_length=500,
        help_text="Only these fields of each record, separated by commas.",
    )
