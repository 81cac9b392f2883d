"""The keys of a member, for programs."""

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.ui.rest import fields, shapes
from crm.ui.rest.resources import Resource
from crm.workspaces import actions, directory, tokens
from crm.workspaces.models import ApiToken


class TokenShape(shapes.Shape):
    id = fields.Id(source="uid")
    name = fields.Text()
    scopes = serializers.ListField(child=fields.Choice(choices=list(tokens.SCOPES)))
    created_at = fields.Moment()
    expires_at = fields.Moment(allow_null=True)
    last_used_at = fields.Moment(allow_null=True)


class Tokens(Resource):
    """The member's own living tokens; new ones are made by people, on the page for it."""

    read_scope = "workspace:read"
    write_scope = "workspace:write"
    serializer_class = TokenShape

    def rows(self) -> QuerySet[ApiToken]:
        return directory.living_tokens(self.member, timezone.now())

    @extend_schema(summary="List one's own tokens")
    def list(self, request: Request) -> Response:
        """The living tokens of the member who asks, newest first; never their secrets."""
        return self.page(self.rows())

    @extend_schema(summary="Read one of one's own tokens")
    def retrieve(self, request: Request, id: str) -> Response:
        """One token: its name, its scopes and when it was used last."""
        return self.shown(self.get_object())

    @extend_schema(summary="Revoke a token", responses={204: None})
    def destroy(self, request: Request, id: str) -> Response:
        """End a token at once, this very one included."""
        actions.revoke_token(token=self.get_object(), by=self.member, at=timezone.now())
        return Response(status=204)
