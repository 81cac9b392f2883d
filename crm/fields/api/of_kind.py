"""What a workspace keeps for each kind of record: its fields, its labels, its views."""

from rest_framework.response import Response

from crm.fields.models import kinds
from crm.ui.rest import fields, shapes
from crm.ui.rest.resources import Resource

KINDS = [(word, f"For {model.MANY}") for word, model in sorted(kinds().items())]


class KindQuery(shapes.NamedQuery):
    kind = fields.Choice(choices=KINDS, required=False, help_text="Those for this kind.")


class OfKind(Resource):
    """Listed by kind, in the order that people gave them."""

    read_scope = "people:read"
    write_scope = "people:write"
    list_query = KindQuery
    ordering = ("kind", "position", "id")

    def of_kind(self) -> Response:
        """A page of them, of the kind that is asked for or of all."""
        rows = self.dated(self.rows())
        if self.asked.get("kind"):
            rows = rows.filter(kind=self.asked["kind"])
        return self.page(rows)
