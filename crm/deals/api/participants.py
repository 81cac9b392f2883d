"""Who takes part in a deal, for programs."""

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.contacts.models import Person
from crm.deals import actions, queries
from crm.deals.models import DealPerson
from crm.ui.rest import fields, shapes
from crm.ui.rest.resources import Resource
from crm.workspaces import permissions

EXAMPLE = OpenApiExample(
    "A person who pays",
    request_only=True,
    value={"person": "01941f29-7c00-7a3c-9b1e-0f5d8c2b6a47", "role": "finance"},
)


class NewParticipantShape(shapes.Shape):
    """Somebody who takes part besides the deal's main person."""

    person = fields.Ref(lambda asking: Person.objects.visible_to(asking))
    role = fields.Text(required=False, allow_blank=True, max_length=60, default="")


class ParticipantShape(shapes.Shape):
    person = fields.Id(source="person.uid")
    name = fields.Text(source="person.name")
    role = fields.Text()


class ParticipantsShape(shapes.Shape):
    participants = ParticipantShape(many=True)


class Taking(Resource):
    """What a program may ask of one deal besides what every record has."""

    @extend_schema(summary="List who takes part in a deal", responses=ParticipantsShape)
    @action(detail=True, methods=["get"])
    def participants(self, request: Request, id: str) -> Response:
        """The people who take part besides the main person, as far as visibility shows them."""
        rows = queries.participants(self.get_object(), self.member)
        return Response(ParticipantsShape({"participants": rows}).data)

    @extend_schema(
        summary="Add somebody to a deal",
        request=NewParticipantShape,
        responses={201: ParticipantShape},
        examples=[EXAMPLE],
    )
    @participants.mapping.post
    def add_participant(self, request: Request, id: str) -> Response:
        """This person takes part; who does already gets the part that is given."""
        permissions.require(self.member, "deals.change")
        deal, asked = self.get_object(), self.read(NewParticipantShape)
        try:
            actions.add_participant(deal=deal, **asked, by=self.member, at=timezone.now())
        except actions.TooMany as error:
            text = _("Nobody more fits in here.")
            raise ValidationError({"person": [text]}, code="too_many") from error
        row = DealPerson.objects.select_related("person").get(deal=deal, person=asked["person"])
        return Response(ParticipantShape(row).data, status=201)

    @extend_schema(summary="Take somebody out of a deal", responses={204: None})
    @action(detail=True, methods=["delete"], url_path="participants/(?P<person>[^/]+)")
    def participant(self, request: Request, id: str, person: str) -> Response:
        """This person does not take part any more."""
        permissions.require(self.member, "deals.change")
        deal, uid = self.get_object(), fields.as_uid(person)
        rows = [row for row in queries.participants(deal, self.member) if row.person.uid == uid]
        if not rows:
            raise Http404
        actions.remove_participant(
            deal=deal, person=rows[0].person, by=self.member, at=timezone.now()
        )
        return Response(status=204)
