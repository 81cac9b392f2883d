"""Who works in a team's mailbox, for programs."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm.ui.rest import counted, fields, shapes
from crm.ui.rest.refusals import Conflict
from crm.ui.rest.resources import Resource
from crm.workspaces.models import Membership, Team
from inbox.models import Mailbox
from inbox.queries import access, workers
from sync.actions import staffing
from sync.api import shaping
from sync.queries import managing

EXAMPLE = OpenApiExample(
    "Two members and no team",
    request_only=True,
    value={
        "members": [
            "01941f29-7c00-7a3c-9b1e-0f5d8c2b6a47",
            "01941f29-7c00-7a3c-9b1e-0f5d8c2b6a48",
        ],
        "teams": [],
    },
)


class WorkersShape(shapes.Shape):
    """What is named becomes these and no others; what is not named stays."""

    members = counted.Few(
        child=fields.Ref(shaping.members), max_length=500, help_text="Besides those of its teams."
    )
    teams = counted.Few(
        child=fields.Ref(lambda _asking: Team.objects.all()),
        max_length=100,
        help_text="Teams all of whose members work in it, now or later.",
    )


class Workers(Resource):
    """The members and teams of a team's mailbox; a personal one has none."""

    read_scope = "mail:read"
    write_scope = "mailboxes:write"
    serializer_class = WorkersShape

    def rows(self) -> QuerySet[Mailbox]:
        return access.mailboxes(self.member)

    @extend_schema(summary="Read who works in a mailbox")
    def retrieve(self, request: Request, id: str) -> Response:
        """Who answers there, assigns, and shares its drafts."""
        return self._told(self.get_object())

    @extend_schema(summary="Change who works in a mailbox", examples=[EXAMPLE])
    def partial_update(self, request: Request, id: str) -> Response:
        """Name those who work there; who is left out reads it no more. 409 for a personal one."""
        box: Mailbox = self.get_object()
        if not managing.may_manage(self.member, box):
            raise PermissionDenied("mailbox")
        asked: dict[str, Any] = self.read(WorkersShape, partial=True)
        if box.kind != Mailbox.Kind.TEAM:
            raise Conflict(_("Only a team's mailbox has members. Change its mode first."))
        stay = {
            "members": Membership.objects.using("default").filter(
                uid__in=_uids(workers.named, box)
            ),
            "teams": Team.objects.filter(uid__in=_uids(workers.teams_of, box)),
        }
        staffing.choose_workers(by=self.member, mailbox=box, at=timezone.now(), **(stay | asked))
        return self._told(box)

    def _told(self, box: Mailbox) -> Response:
        said = {"members": _uids(workers.named, box), "teams": _uids(workers.teams_of, box)}
        return Response({name: [str(uid) for uid in uids] for name, uids in said.items()})


def _uids(find: Callable[..., dict[int, list[Any]]], box: Mailbox) -> list[Any]:
    return find([box.pk]).get(box.pk, [])


single = Workers.as_view({"get": "retrieve", "patch": "partial_update"})
