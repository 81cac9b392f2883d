"""The mode of a mailbox: what another one would mean, and changing it."""

from django.core.exceptions import ValidationError as Invalid
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.ui.rest import counted, fields, shapes
from crm.ui.rest.resources import Resource
from inbox.models import Mailbox
from inbox.queries import access, modes
from sync.actions import mode as actions
from sync.api import shaping

TO_TEAM = OpenApiExample(
    "A team's from now on",
    request_only=True,
    value={
        "kind": "team",
        "members": ["01941f29-7c00-7a3c-9b1e-0f5d8c2b6a47"],
        "teams": ["01941f29-7c00-7a3c-9b1e-0f5d8c2b6a48"],
    },
)
TO_MEMBER = OpenApiExample(
    "One member's from now on",
    request_only=True,
    value={"kind": "personal", "owner": "01941f29-7c00-7a3c-9b1e-0f5d8c2b6a47"},
)


class ModeShape(shapes.Shape):
    kind = fields.Choice(choices=Mailbox.Kind.choices)
    threads = fields.Number(help_text="Read by all who work there, or by its owner alone then.")
    linked = fields.Number(help_text="Of them shared and linked to a record: nothing changes.")
    guests = fields.Number(help_text="Of them with somebody who was let in by a mention.")
    kept = fields.Number(help_text="Of them with codes, passwords, pay or bank.")
    assigned = fields.Number(help_text="Of them somebody's; nobody's in a personal mailbox.")
    drafts = fields.Number()
    waiting = fields.Number(help_text="Mails on their way from it.")


class ChangedModeShape(shapes.Shape):
    """The other mode, and who works in the mailbox then."""

    kind = fields.Choice(choices=Mailbox.Kind.choices)
    members = counted.Few(
        child=fields.Ref(shaping.members),
        required=False,
        default=list,
        max_length=500,
        help_text="Who works in a team's mailbox.",
    )
    teams = shaping.teams()
    owner = fields.Ref(
        shaping.members,
        required=False,
        allow_null=True,
        default=None,
        help_text="Whose a personal one is: one of those who worked in it.",
    )
    with_secrets = fields.Flag(
        default=False, help_text="Mail with codes, passwords, pay or bank may be read by them, too."
    )


class Mode(Resource):
    """An address is connected in one mode only: personal, or a team's."""

    read_scope = "mail:read"
    write_scope = "mailboxes:write"
    serializer_class = ModeShape

    def rows(self) -> QuerySet[Mailbox]:
        return access.mailboxes(self.member)

    @extend_schema(summary="Read what another mode would mean", responses=ModeShape)
    def retrieve(self, request: Request, id: str) -> Response:
        """The mode of a mailbox, and how much changes hands with another."""
        return self._told(self.get_object())

    @extend_schema(
        summary="Change the mode of a mailbox",
        request=ChangedModeShape,
        responses={200: ModeShape},
        examples=[TO_TEAM, TO_MEMBER],
    )
    def create(self, request: Request, id: str) -> Response:
        """Make it a team's, or one member's. Who is not among them reads it no more."""
        box, asked, at = self.get_object(), self.read(ChangedModeShape), timezone.now()
        try:
            if asked["kind"] == Mailbox.Kind.TEAM:
                actions.give_to_team(
                    by=self.member,
                    mailbox=box,
                    members=asked["members"],
                    teams=asked["teams"],
                    at=at,
                    with_secrets=asked["with_secrets"],
                )
            else:
                owner = asked["owner"] or self.member
                actions.give_to_member(by=self.member, mailbox=box, owner=owner, at=at)
        except Invalid as error:
            told = error.message_dict if hasattr(error, "error_dict") else error.messages
            raise ValidationError(told) from error
        box.refresh_from_db()
        return self._told(box)

    def _told(self, box: Mailbox) -> Response:
        found = modes.effect(box)
        told = {name: getattr(found, name) for name in found.__slots__}
        return Response(ModeShape({"kind": box.kind, **told}).data)


mode = Mode.as_view({"get": "retrieve", "post": "create"})
