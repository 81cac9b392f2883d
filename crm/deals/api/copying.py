"""A deal once more, for programs."""

from typing import Any, cast

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.deals import actions
from crm.ui.rest import shapes
from crm.ui.rest.resources import Resource
from crm.workspaces import permissions


class Copying(Resource):
    """A record once more."""

    @extend_schema(summary="Duplicate a deal", request=shapes.Nothing)
    @action(detail=True, methods=["post"])
    def duplicate(self, request: Request, id: str) -> Response:
        """An open deal with the same facts, labels and people in the same stage."""
        permissions.require(self.member, "deals.change")
        self.read(shapes.Nothing)
        deal = self.get_object()
        try:
            made = actions.duplicate_deal(deal=deal, by=self.member, at=timezone.now())
        except actions.Lacking as error:
            told = {fact.name: [_("This stage asks for it.")] for fact in error.facts}
            raise ValidationError({"custom": told}, code="required") from error
        return self.shown(cast(Any, self.rows().get(pk=made.pk)), 201)
