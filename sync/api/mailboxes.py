"""Connected mailboxes: how they are reached, how far they are, and trying them."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm.ui.rest import shapes, throttles
from crm.ui.rest.refusals import Conflict
from crm.ui.rest.resources import Resource
from crm.workspaces import permissions
from inbox.actions import defaults
from inbox.models import Mailbox
from inbox.queries import access, ledger, workers
from inbox.queries import defaults as effects
from sync.actions import choosing, connect, pausing, reaching, session, subscribing, waking
from sync.api import shaping
from sync.api.shaping import ChangedMailboxShape, MailboxShape, NewMailboxShape, TestShape
from sync.models import Connection
from sync.providers import check
from sync.queries import diagnostics, managing

EXAMPLE = OpenApiExample(
    "A personal mailbox over IMAP",
    request_only=True,
    value={
        "address": "alice@acme.test",
        "provider": "imap",
        "kind": "personal",
        "imap_host": "imap.acme.test",
        "imap_port": 993,
        "imap_security": "tls",
        "smtp_host": "smtp.acme.test",
        "smtp_port": 465,
        "smtp_security": "tls",
        "username": "alice@acme.test",
        "password": "an app password",
        "sync_from": "2026-01-01",
        "folders": None,
        "visibility": "private",
    },
)


class Mailboxes(Resource):
    """The mailboxes one works in: one's own, and those of one's teams."""

    read_scope = "mail:read"
    write_scope = "mailboxes:write"
    serializer_class = MailboxShape
    ordering = ("id",)

    def rows(self) -> QuerySet[Mailbox]:
        return access.mailboxes(self.member).select_related("owner")

    def told(self, rows: Sequence[Mailbox]) -> Any:
        """Mailboxes with their servers, counts and who works there, in four queries more."""
        ids = [row.pk for row in rows]
        reached = {c.mailbox_id: c for c in Connection.objects.filter(mailbox__in=ids)}
        sums = ledger.counts(ids)
        context = self.get_serializer_context() | {"connections": reached, "counts": sums}
        context |= {"members": workers.named(ids), "teams": workers.teams_of(ids)}
        return MailboxShape(rows, many=True, context=context).data

    def one(self, row: Mailbox, code: int = 200) -> Response:
        return Response(self.told([self.rows().get(pk=row.pk)])[0], status=code)

    @extend_schema(summary="List mailboxes")
    def list(self, request: Request) -> Response:
        """The mailboxes the member works in, with state and counts."""
        return self.get_paginated_response(self.told(self.paginate_queryset(self.rows()) or []))

    @extend_schema(
        summary="Connect a mailbox",
        request=NewMailboxShape,
        responses={201: MailboxShape},
        examples=[EXAMPLE],
    )
    def create(self, request: Request) -> Response:
        """Connect over IMAP and SMTP; it is read from at once. Its state tells how that goes."""
        asked = self.read(NewMailboxShape)
        team = asked["kind"] == Mailbox.Kind.TEAM
        permissions.require(self.member, "mailboxes.connect_team" if team else "mailboxes.connect")
        settings = shaping.new_mailbox(asked)
        if team:
            # Whoever connects it works in it too, so that the answer is not the last he sees of it
            settings["members"] = {*settings.get("members", ()), self.member}
        try:
            made = connect.connect_mailbox(by=self.member, at=timezone.now(), **settings)
        except (connect.AlreadyConnected, IntegrityError) as error:
            # The constraint speaks where somebody connected it since we looked
            raise Conflict(_("A mailbox with this address is connected already.")) from error
        return self.one(made, 201)

    @extend_schema(summary="Read a mailbox")
    def retrieve(self, request: Request, id: str) -> Response:
        """One mailbox: its state, why, what to do, how far it is, and its counts."""
        return self.one(self.get_object())

    @extend_schema(summary="Change a mailbox", request=ChangedMailboxShape, responses=MailboxShape)
    def partial_update(self, request: Request, id: str) -> Response:
        """Change options, servers or password, pause it or go on; stored mail stays as it is."""
        mailbox = self._managed()
        asked = self.read(ChangedMailboxShape, partial=True)
        told: dict[str, Any] = {"by": self.member, "mailbox": mailbox, "at": timezone.now()}
        options = shaping.options(mailbox, asked)
        if options:
            choosing.change_options(**told, **options)
        if asked.get("apply_visibility"):
            defaults.apply_visibility(**told)
        if "folders" in asked:
            subscribing.choose_folders(**told, folders=asked["folders"])
        if shaping.SERVERS & set(asked) or "password" in asked:
            old = Connection.objects.get(mailbox=mailbox)
            servers = shaping.servers(shaping.known(old) | asked)
            reaching.change_servers(**told, servers=servers, password=asked.get("password", ""))
        if "paused" in asked:
            (pausing.pause if asked["paused"] else pausing.resume)(**told)
        return self.one(mailbox)

    @extend_schema(summary="Disconnect a mailbox", responses={204: None})
    def destroy(self, request: Request, id: str) -> Response:
        """Forget its password and stop reading; what is stored stays."""
        pausing.delete(by=self.member, mailbox=self._managed(), at=timezone.now())
        return Response(status=204)

    def _managed(self) -> Mailbox:
        """A mailbox that is one's own, or one's team's to lead; raises PermissionDenied."""
        mailbox: Mailbox = self.get_object()
        if not managing.may_manage(self.member, mailbox):
            raise PermissionDenied("mailbox")
        return mailbox

    @extend_schema(summary="Read a mailbox now", request=None, responses={202: MailboxShape})
    def sync(self, request: Request, id: str) -> Response:
        """Make the mailbox due at once; the answer does not wait for it."""
        mailbox = self.get_object()
        self.read(shapes.Nothing)
        waking.look_now(mailbox=mailbox, at=timezone.now())
        return self.one(mailbox, 202)

    @extend_schema(summary="Try a mailbox", request=None, responses={200: TestShape})
    def test(self, request: Request, id: str) -> Response:
        """Try each step of reading and sending; nothing is sent. What fails has its remedy."""
        self.read(shapes.Nothing)
        with transaction.atomic():
            row = Connection.objects.select_related("mailbox").get(mailbox=self.get_object())
            found = session.of(row)
        allowed = session.policy()
        reading = check.check_reading(found.imap, found.login, policy=allowed)
        sending = check.check_sending(found.smtp, found.login, found.address, policy=allowed)
        steps = [*reading.steps, *sending.steps]
        told = [shaping.step(step) for step in steps]
        return Response({"ok": all(step.ok for step in steps), "steps": told})

    @extend_schema(summary="Diagnose a mailbox", responses={200: OpenApiTypes.OBJECT})
    def diagnose(self, request: Request, id: str) -> Response:
        """Settings, positions, counts and the last runs, for whoever helps.

        No password, no address and no mail is in it. Its parts may change with any release.
        """
        return Response(diagnostics.diagnostics(self.get_object(), at=timezone.now()))


class Effect(Mailboxes):
    """What another default would mean for the threads that are there."""

    query_class = shaping.EffectQuery

    @extend_schema(
        summary="Read what another default would mean",
        parameters=[shaping.EffectQuery],
        responses=shaping.EffectShape,
    )
    def retrieve(self, request: Request, id: str) -> Response:
        """How many threads `apply_visibility` would change; nothing changes by asking."""
        mailbox = self._managed()
        wanted = shaping.visibility(mailbox.kind, self.asked.get("visibility", mailbox.visibility))
        return Response(shaping.EffectShape(effects.effect(mailbox, wanted)).data)


class MailboxTest(Mailboxes):
    """Trying a mailbox: outside any transaction, and counted, for it knocks at hosts of others."""

    throttle_classes = [*Mailboxes.throttle_classes, throttles.ProbeThrottle]


collection = Mailboxes.as_view({"get": "list", "post": "create"})
single = Mailboxes.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"})
sync = Mailboxes.as_view({"post": "sync"})
diagnosis = Mailboxes.as_view({"get": "diagnose"})
test = transaction.non_atomic_requests(MailboxTest.as_view({"post": "test"}))
effect = Effect.as_view({"get": "retrieve"})
